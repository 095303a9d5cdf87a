import { unreachable } from '../../assert.ts';
import { day, hour, limits } from '../../limits.ts';
import type { ContactPolicy } from '../../model/contact-policy.ts';
import type { Contact } from '../../model/customer-state.ts';
import { becameAt, countedAt } from './counted-at.ts';
import { concerns, scopeKey } from './policy-scope.ts';
import { isRelated } from './related-action.ts';

/** How long a contact, or its outcome, is of use to a policy. */
export function policyMemoryMs(policy: ContactPolicy): number {
  switch (policy.kind) {
    case 'cap':
      return Math.max(windowMs(policy.window), policy.reserveMs ?? 0);
    case 'cool-down':
      return Math.max(policy.pauseMs, policy.reserveMs ?? 0);
    case 'exclusive':
    case 'not-after':
      return Math.max(policy.withinMs, policy.reserveMs ?? 0);
    case 'rest':
      return policy.after.withinMs + policy.restMs;
    case 'forbid':
    case 'hours':
      return 0;
    default:
      return unreachable(policy);
  }
}

function windowMs(window: Extract<ContactPolicy, { kind: 'cap' }>['window']): number {
  switch (window.kind) {
    case 'rolling':
      return window.ms;
    case 'calendar':
      // Clocks that are put back make a period longer, by an hour or two at most.
      return { day, week: 7 * day, month: 31 * day }[window.period] + 2 * hour;
    case 'session':
    case 'visit':
      return limits.visitMemoryMs;
    case 'ever':
      // As long as its decision may come through the log a second time, so that none is added up twice.
      return limits.seenAgeMsMax;
  }
}

/** What policies have to do with the contacts of a ledger that is too long. */
export interface Claims {
  /** Without them a policy would allow what it forbids. */
  readonly needed: ReadonlySet<Contact>;
  /** They may come to the outcome that a policy counts. */
  readonly awaited: ReadonlySet<Contact>;
}

/**
 * Of what a cap of n counts, the newest n of a scope are enough to know whether there are n in any window from now on:
 * windows end now and only move on. So what is needed is bounded by the book, not by how much was shown. Reservations are
 * over before what they stand beside: the newest n of those, and the newest n of what counts by itself.
 */
export function claimsOn(
  contacts: readonly Contact[],
  { policies, now }: { readonly policies: readonly ContactPolicy[]; readonly now: number },
): Claims {
  const needed = new Set<Contact>();
  const awaited = new Set<Contact>();
  for (const policy of policies) {
    const horizon = now - policyMemoryMs(policy);
    const tallies = new Map<string, Dated[]>();
    for (const contact of contacts) {
      if (!counts(policy, contact)) continue;
      const at = timeFor(policy, contact, now);
      if (at === undefined) {
        if (contact.at > horizon) awaited.add(contact);
      } else if (at > horizon) {
        const key = `${isReserved(policy, contact) ? 'reserved' : 'counted'} ${tallyKey(policy, contact)}`;
        const tally = tallies.get(key);
        if (tally) tally.push({ contact, at });
        else tallies.set(key, [{ contact, at }]);
      }
    }
    for (const tally of tallies.values()) for (const contact of neededOf(policy, tally)) needed.add(contact);
  }
  return { needed, awaited };
}

interface Dated {
  readonly contact: Contact;
  readonly at: number;
}

function counts(policy: ContactPolicy, contact: Contact): boolean {
  if (policy.kind === 'forbid' || policy.kind === 'hours') return false;
  return policy.kind === 'not-after' ? isRelated(policy, contact) : concerns(policy.match, contact);
}

function timeFor(policy: ContactPolicy, contact: Contact, now: number): number | undefined {
  if (policy.kind === 'forbid' || policy.kind === 'hours') return undefined;
  return policy.kind === 'rest' ? contact.outcomes?.[policy.after.outcome] : countedAt(policy, contact, now);
}

function isReserved(policy: ContactPolicy, contact: Contact): boolean {
  return 'counts' in policy && becameAt(policy.counts, contact) === undefined;
}

function tallyKey(policy: ContactPolicy, contact: Contact): string {
  if (policy.kind === 'forbid' || policy.kind === 'hours') return '';
  const key = scopeKey(policy.scope, contact);
  if (policy.kind === 'exclusive' || policy.kind === 'not-after') return `${key} ${contact.action}`;
  return policy.kind === 'cap' && policy.window.kind === 'session' ? `${key} ${contact.session}` : key;
}

function neededOf(policy: ContactPolicy, tally: Dated[]): readonly Contact[] {
  // All that are reserved count from now; the newest of them does so for longest.
  tally.sort((one, other) => other.at - one.at || other.contact.at - one.contact.at);
  const contacts = tally.map(({ contact }) => contact);
  switch (policy.kind) {
    case 'cap':
      return policy.window.kind === 'ever' ? contacts : contacts.slice(0, policy.limit);
    case 'cool-down':
    case 'not-after':
      return contacts.slice(0, 1);
    case 'exclusive':
      return [...contacts.slice(0, 1), ...contacts.slice(-1)];
    default:
      return contacts;
  }
}
