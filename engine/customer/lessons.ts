import { addTallies, noEvidence, tallyKey } from '../learning/propensity.ts';
import { noActionModel } from '../learning/uplift.ts';
import type { Baseline, Contact, CustomerState } from '../model/customer-state.ts';
import type { DecisionMessage } from '../model/log-message.ts';
import type { Tallies } from '../model/model-snapshot.ts';
import type { Lesson } from '../model/propensity-model.ts';
import type { Rulebook } from '../model/rulebook.ts';
import { isInTime, withoutServed } from './learning-window.ts';
import {
  hasEarned,
  markOutcome,
  mayEarnCredit,
  type OutcomeMark,
  replaceContact,
  viewedAt,
  withoutNeed,
} from './outcomes.ts';

/** What a step taught: evidence for the tallies, and lessons for the models that look at the customer. */
export interface Taught {
  readonly learned: Tallies;
  readonly lessons?: readonly Lesson[];
}

type WithLessons = Pick<Taught, 'lessons'>;

const nothing: Taught = { learned: noEvidence };

/** The lessons of one step and of the next, as a member; none while there are none. */
export function joinedLessons(first: WithLessons, second: WithLessons): WithLessons {
  if (!first.lessons) return second.lessons ? { lessons: second.lessons } : {};
  return { lessons: second.lessons ? [...first.lessons, ...second.lessons] : first.lessons };
}

/** Nothing but what was taught, whatever else the two steps came to. */
export function joinedTaught(first: Taught, second: Taught): Taught {
  const learned = second.learned === noEvidence ? first.learned : addTallies(first.learned, second.learned);
  return { learned, ...joinedLessons(first, second) };
}

/** What a decision made that there is something to learn from. */
export type MadeByDecision = Pick<DecisionMessage, 'contacts' | 'baseline' | 'sample'>;

/**
 * What a decision teaches when it is folded: all its contacts but those that have to be viewed first (AT3), or that there
 * was none (UP3).
 */
export function taughtByDecision({ contacts, baseline, sample }: MadeByDecision): Taught {
  let taught = nothing;
  const isTrial = contacts.length > 0 || baseline !== undefined;
  if (isTrial && sample) taught = { ...taught, lessons: [{ kind: 'context', ...sample }] };
  if (baseline) taught = joinedTaught(taught, trialOfNothing(baseline));
  for (const contact of contacts) {
    if (!contact.needsView) taught = joinedTaught(taught, trialOf(contact, { isTold: true }));
  }
  return taught;
}

function trialOfNothing({ served }: Baseline): Taught {
  return {
    learned: { [noActionModel]: [1, 0] },
    ...(served && { lessons: [{ kind: 'shown', model: noActionModel, served }] }),
  };
}

interface Occasion {
  /** When the outcome was told. */
  readonly now: number;
  readonly rulebook: Rulebook;
}

/** Marks an outcome on its contact, which then keeps nothing that can teach no more. */
export function learnOutcome(
  state: CustomerState,
  mark: OutcomeMark,
  occasion: Occasion,
): Taught & { readonly state: CustomerState } {
  const marked = markOutcome(state, mark);
  const { contact, ...taught } = taughtByMark(marked.contact, mark, occasion);
  if (contact === marked.contact) return { ...taught, state: marked.state };
  return { ...taught, state: replaceContact(marked.state, contact) };
}

type TaughtOfContact = Taught & { readonly contact: Contact };

/** `before` is the contact without the mark, `marked` the one with it. */
function taughtByMark(
  marked: Contact,
  { contact: before, outcome, at }: OutcomeMark,
  { now, rulebook }: Occasion,
): TaughtOfContact {
  const told = (happenedAt: number) => ({ isTold: isInTime(marked, { at: happenedAt, now }, rulebook) });
  const isFirstView = marked.needsView && viewedAt(before) === undefined && viewedAt(marked) !== undefined;
  const trial = isFirstView ? trialOf(marked, told(at)) : nothing;
  // What was not told of its trial must not tell of its success either.
  const contact = isFirstView && !told(at).isTold ? withoutServed(marked) : marked;
  if (hasEarned(before)) return { ...trial, contact: earned(contact) };
  const convertedAt = outcome === 'conversion' ? at : contact.outcomes?.conversion;
  if (convertedAt === undefined || !mayEarnCredit(contact, convertedAt)) return { ...trial, contact };
  const success = taughtOf(contact, { kind: 'converted', ...told(convertedAt) });
  return { ...joinedTaught(trial, success), contact: earned(withoutServed(contact)) };
}

/** A contact that earned credit stays one, whatever earlier conversion without credit it notes. */
function earned(contact: Contact): Contact {
  return hasEarned(contact) ? contact : withoutNeed(contact);
}

function trialOf(contact: Contact, { isTold }: { readonly isTold: boolean }): Taught {
  return taughtOf(contact, { kind: 'shown', isTold });
}

function taughtOf(
  { action, treatment, served }: Contact,
  { kind, isTold }: { readonly kind: 'shown' | 'converted'; readonly isTold: boolean },
): Taught {
  const model = tallyKey(action, treatment);
  return {
    learned: { [model]: kind === 'shown' ? [1, 0] : [0, 1] },
    ...(served && isTold && { lessons: [{ kind, model, served }] }),
  };
}
