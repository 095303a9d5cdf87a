import { hash48 } from '../../chance/hash.ts';
import { ledgerOf } from '../../customer/outcomes.ts';
import { clockAt, type FactScope, zoneOf } from '../../facts/read-facts.ts';
import type { FeatureClock } from '../../features/feature-clock.ts';
import { startOfVisit } from '../../features/read-feature.ts';
import type { CalendarWindow } from '../../model/contact-policy.ts';
import type { Contact, ForgottenContacts, Profile } from '../../model/customer-state.ts';
import type { TimeZones } from '../../ports.ts';
import type { DecideInput } from '../decide-input.ts';
import type { PolicyBench } from './policy-judge.ts';

/** What the policies of one decision are judged with; what no policy asks for is never worked out. */
export class CustomerBench implements PolicyBench {
  readonly now: number;
  private readonly input: DecideInput;
  private readonly profiles: readonly Profile[];
  private readonly scope: FactScope;
  private ledger: Contact[] | undefined;
  private names: Set<string> | undefined;
  private clock: FeatureClock | undefined;

  constructor(input: DecideInput, profiles: readonly Profile[], scope: FactScope) {
    this.now = input.now;
    this.input = input;
    this.profiles = profiles;
    this.scope = scope;
  }

  get contacts(): readonly Contact[] {
    return this.opened();
  }

  add(contact: Contact): void {
    this.opened().push(contact);
    this.names?.add(contact.action);
  }

  get shown(): ReadonlySet<string> {
    if (this.names) return this.names;
    const names = new Set<string>();
    for (const { action } of this.opened()) names.add(action);
    for (const { action } of this.forgotten) names.add(action);
    this.names = names;
    return names;
  }

  get forgotten(): readonly ForgottenContacts[] {
    return this.profiles.flatMap(({ forgotten }) => forgotten ?? []);
  }

  get session(): number | undefined {
    return sessionOf(this.input)?.session;
  }

  isOwn(contact: Contact): boolean {
    return contact.decision === this.input.id;
  }

  get zone(): { readonly name: string; readonly zones: TimeZones } {
    const { rulebook } = this.input;
    return { name: zoneOf(rulebook, this.scope).value, zones: rulebook.timeZones };
  }

  startOf(period: CalendarWindow): number {
    return this.featureClock().startOf(period);
  }

  visitStart(name: string): number | undefined {
    const feature = this.input.rulebook.features.get(name);
    return feature?.kind === 'sessions'
      ? startOfVisit(feature, this.profiles, this.featureClock())
      : undefined;
  }

  private opened(): Contact[] {
    this.ledger ??= [...ledgerOf(this.profiles)];
    return this.ledger;
  }

  private featureClock(): FeatureClock {
    this.clock ??= clockAt(this.input.rulebook, this.scope);
    return this.clock;
  }
}

/** The session that a request names, as contacts tell it; only where a policy counts by session. */
export function sessionOf({
  rulebook,
  context,
}: Pick<DecideInput, 'rulebook' | 'context'>): Pick<Contact, 'session'> | undefined {
  if (!rulebook.policyIndex.countsSessions || !Object.hasOwn(context, 'sessionId')) return undefined;
  const { sessionId } = context;
  const named = typeof sessionId === 'string' ? sessionId !== '' : typeof sessionId === 'number';
  return named ? { session: hash48(`${sessionId}`) } : undefined;
}
