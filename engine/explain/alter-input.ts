import { profilesOf } from '../customer/profile.ts';
import type { BudgetView, DecideInput } from '../decide/decide-input.ts';
import { concerns } from '../decide/policies/policy-scope.ts';
import { type FactScope, readFacts } from '../facts/read-facts.ts';
import { type CustomerState, newCustomerState, type Profile } from '../model/customer-state.ts';
import type { Alteration } from '../model/explanation.ts';
import { alteredBook } from './altered-book.ts';
import type { Gets } from './ranking.ts';

type AlterationOf<Kind extends Alteration['kind']> = Extract<Alteration, { readonly kind: Kind }>;

/** What a decision is asked with once some things are otherwise; nothing that was given is changed in place. */
export function alterInput(input: DecideInput, alterations: readonly Alteration[]): DecideInput {
  return alterations.reduce(alterOnce, input);
}

function alterOnce(input: DecideInput, alteration: Alteration): DecideInput {
  switch (alteration.kind) {
    case 'fact':
      return { ...input, overrides: withFact(input, alteration) };
    case 'consent':
      return { ...input, state: withConsent(input, alteration.purpose) };
    case 'time':
      return { ...input, now: alteration.at };
    case 'contacts':
      return { ...input, state: withFewerContacts(input, alteration) };
    case 'budget':
      return { ...input, budgets: withMore(input.budgets, alteration) };
    case 'value':
      return withGets(input, alteration.action, { value: alteration.to });
    case 'lever':
      return withGets(input, alteration.action, { leverFactor: alteration.to });
    case 'arm':
      return { ...input, arms: new Map(input.arms).set(alteration.experiment, alteration.to) };
    case 'alone':
      return { ...input, placements: [alteration.placement] };
    case 'places':
      return withPlaces(input, alteration);
  }
}

/** What facts are read from when this is decided. */
export function factScopeOf(input: DecideInput): FactScope {
  return {
    key: input.customer,
    profiles: input.state ? profilesOf(input.state) : [],
    now: input.now,
    context: input.context,
    event: input.event,
    ...(input.tables && { tables: input.tables }),
    ...(input.overrides && { overrides: input.overrides }),
  };
}

function withFact(
  input: DecideInput,
  { fact, path = [], to }: AlterationOf<'fact'>,
): ReadonlyMap<string, unknown> {
  const overrides = new Map(input.overrides);
  const slot = input.rulebook.facts.findIndex(({ name }) => name === fact);
  const before =
    path.length > 0 && slot >= 0 ? readFacts(input.rulebook, factScopeOf(input))[slot] : undefined;
  return overrides.set(fact, withMember(before, path, to));
}

/** A copy of a value with another one at the end of a chain of properties. */
function withMember(whole: unknown, path: readonly string[], to: unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return to;
  if (Array.isArray(whole) && /^\d+$/.test(key)) {
    return Array.from({ length: Math.max(whole.length, Number(key) + 1) }, (_, index) =>
      index === Number(key) ? withMember(whole[index], rest, to) : whole[index],
    );
  }
  const members = typeof whole === 'object' && whole !== null && !Array.isArray(whole) ? whole : {};
  const member: unknown = Object.hasOwn(members, key) ? (members as Record<string, unknown>)[key] : undefined;
  return { ...members, [key]: withMember(member, rest, to) };
}

/** The grant is newer than whatever any id of the customer said. */
function withConsent({ state, customer }: DecideInput, purpose: string): CustomerState {
  const known = state ?? newCustomerState(customer);
  const said = profilesOf(known).flatMap(({ consent }) => {
    const word = Object.hasOwn(consent, purpose) ? consent[purpose] : undefined;
    return word ? [word.at] : [];
  });
  const granted = { status: 'granted', at: Math.max(0, ...said) + 1, source: 'what-if' } as const;
  return { ...known, own: { ...known.own, consent: { ...known.own.consent, [purpose]: granted } } };
}

/** Without the newest contacts that a policy speaks of. */
function withFewerContacts(
  { state, rulebook }: DecideInput,
  { policy: name, fewer }: AlterationOf<'contacts'>,
): CustomerState | undefined {
  const policy = rulebook.policies.find((one) => one.name === name);
  if (!state || !policy) return state;
  const spoken = profilesOf(state)
    .flatMap(({ contacts }) => contacts)
    .filter((contact) => concerns(policy.match, contact))
    .sort((one, other) => other.at - one.at);
  const gone = new Set(spoken.slice(0, fewer));
  const without = (profile: Profile): Profile => ({
    ...profile,
    contacts: profile.contacts.filter((contact) => !gone.has(contact)),
  });
  const sources = Object.entries(state.sources).map(([key, profile]) => [key, without(profile)] as const);
  return { ...state, own: without(state.own), sources: Object.fromEntries(sources) };
}

function withMore(budgets: BudgetView, { budget, more }: AlterationOf<'budget'>): BudgetView {
  return { ...budgets, left: (name, wanted) => budgets.left(name, wanted) + (name === budget ? more : 0) };
}

function withGets(input: DecideInput, name: string, gets: Gets): DecideInput {
  return { ...input, rulebook: alteredBook(input.rulebook, { action: { name, gets } }) };
}

/** A limit that the request brings goes before the placement's own. */
function withPlaces(input: DecideInput, { placement: name, to }: AlterationOf<'places'>): DecideInput {
  const rulebook = alteredBook(input.rulebook, { placement: { name, limit: to } });
  return { ...input, rulebook, ...(input.limit !== undefined && { limit: to }) };
}
