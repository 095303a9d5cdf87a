import { limits } from '../limits.ts';
import type { Contact } from '../model/customer-state.ts';
import type { Rulebook } from '../model/rulebook.ts';
import { speaksOf } from './outcomes.ts';

type Rules = Pick<Rulebook, 'conversionRules'>;

/**
 * How long after a contact a conversion still teaches something: the longest window of a rule that may tell of one. Where
 * none does, conversions are reported by the channel, and a time of our own stands in.
 */
export function learningWindowMs(contact: Contact, { conversionRules }: Rules): number {
  let longest = 0;
  for (const rule of conversionRules) if (speaksOf(rule, contact)) longest = Math.max(longest, rule.windowMs);
  return longest === 0 ? limits.learningWindowMsDefault : longest;
}

/**
 * Whether something that happened at `at` and was told at `now` is in time to teach. Who was told of it too late learned
 * from nothing else either: what the contact kept may be gone by then.
 */
export function isInTime(
  contact: Contact,
  { at, now }: { readonly at: number; readonly now: number },
  rules: Rules,
): boolean {
  const until = contact.at + learningWindowMs(contact, rules);
  return at <= until && now <= until + limits.learningGraceMs;
}

/**
 * Without what no lesson can need any more. It goes a day later than the last lesson may come, because a request looks at
 * the clock, and a fold may be behind: what a request drops must be out of reach for whatever is folded after it.
 */
export function withoutOldLessons(contact: Contact, now: number, rules: Rules): Contact {
  if (contact.served === undefined) return contact;
  const until = contact.at + learningWindowMs(contact, rules) + 2 * limits.learningGraceMs;
  return now > until ? withoutServed(contact) : contact;
}

export function withoutServed(contact: Contact): Contact {
  const { served, ...rest } = contact;
  return served === undefined ? contact : rest;
}
