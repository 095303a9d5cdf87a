import { hash48 } from '../chance/hash.ts';
import { readEventFacts } from '../facts/read-facts.ts';
import { limits } from '../limits.ts';
import {
  type CustomerState,
  emptyProfile,
  newCustomerState,
  type PendingConsent,
} from '../model/customer-state.ts';
import type { EventMessage } from '../model/log-message.ts';
import type { Rulebook } from '../model/rulebook.ts';
import { consentChanges } from './consent-changes.ts';
import { happenedAt } from './erasure-mark.ts';
import { partedFrom } from './identities.ts';
import { overrules, profileFor, withProfile } from './profile.ts';
import { hasSeen } from './seen.ts';

/**
 * Consent ahead of the log. A change of consent binds the next decision on any node, so it is written into the customer's
 * document as soon as its event is durable, before the fold has come to it.
 *
 * P1. It stands beside the profiles, not in them: the fold does not see it, and settles it when the event arrives. So the
 *     customer comes to the same bytes whether it was written ahead or not.
 * P2. Consent is a register in which the newest word stands, so a change that is written ahead of an older one, or twice,
 *     or late, comes to the same.
 */

/** The document with the event's changes of consent pending; undefined where nothing is to be written. */
export function expectConsent(
  before: CustomerState | undefined,
  message: EventMessage,
  { rulebook, erasedUntil }: { readonly rulebook: Rulebook; readonly erasedUntil?: number | undefined },
): CustomerState | undefined {
  // What came through a merged id finds no customer: it was erased, and the event goes back to the document of that id.
  if (before === undefined && message.presentedAs !== undefined) return undefined;
  const state = before ?? newCustomerState(message.key, erasedUntil);
  const hash = hash48(message.id);
  if (hasSeen(state.seen, hash) || happenedAt(message) <= (state.erasedUntil ?? 0)) return undefined;
  const waiting = state.pendingConsent ?? [];
  if (waiting.some((pending) => pending.message === hash)) return undefined;
  const known = profileFor(state, message.presentedAs ?? message.key)?.consent ?? {};
  const news = consentChanges(message.event, rulebook, readEventFacts(rulebook, message.event))
    .filter(
      (change) =>
        !Object.hasOwn(known, change.name) || overrules(change.state, known[change.name] ?? change.state),
    )
    .map((change): PendingConsent => ({ message: hash, of: message.presentedAs ?? message.key, ...change }));
  if (news.length === 0 || waiting.length + news.length > limits.consentsMax) return undefined;
  return { ...state, pendingConsent: [...waiting, ...news] };
}

/** Its event arrived: from here on the profile says it. */
export function settleConsent(state: CustomerState, message: number): CustomerState {
  // Asked first: hardly anybody waits for a consent, and every message comes by here.
  if (state.pendingConsent === undefined) return state;
  const { pendingConsent, ...rest } = state;
  const parted = partedFrom(state);
  // What an id said that was taken out since goes to the document of that id.
  const left = pendingConsent.filter(
    ({ message: settling, of }) => settling !== message && !parted.includes(of),
  );
  if (left.length === pendingConsent.length) return state;
  return left.length === 0 ? rest : { ...rest, pendingConsent: left };
}

/** The customer with what is pending taken as said, for whoever asks. */
export function withPendingConsent(state: CustomerState): CustomerState {
  let next = state;
  for (const { of, name, state: change } of state.pendingConsent ?? []) {
    const profile = profileFor(next, of) ?? emptyProfile;
    const known = Object.hasOwn(profile.consent, name) ? profile.consent[name] : undefined;
    if (known && !overrules(change, known)) continue;
    next = withProfile(next, of, { ...profile, consent: { ...profile.consent, [name]: change } });
  }
  return next;
}
