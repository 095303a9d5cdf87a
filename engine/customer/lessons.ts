import { addTallies, noEvidence, tallyKey } from '../learning/propensity.ts';
import type { Contact, CustomerState } from '../model/customer-state.ts';
import type { Tallies } from '../model/model-snapshot.ts';
import type { Lesson, PredictorSample } from '../model/propensity-model.ts';
import type { Rulebook } from '../model/rulebook.ts';
import { isInTime, withoutServed } from './learning-window.ts';
import { markOutcome, mayEarnCredit, type OutcomeMark, replaceContact, viewedAt } from './outcomes.ts';

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

/** What a decision teaches when it is folded: all its contacts but those that have to be viewed first (AT3). */
export function taughtByDecision(contacts: readonly Contact[], sample?: PredictorSample): Taught {
  let taught = nothing;
  if (contacts.length > 0 && sample) taught = { ...taught, lessons: [{ kind: 'context', ...sample }] };
  for (const contact of contacts) {
    if (!contact.needsView) taught = joinedTaught(taught, trialOf(contact, { isTold: true }));
  }
  return taught;
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
  if (!marked.first) return { ...nothing, state: marked.state };
  const { contact, ...taught } = taughtByMark(marked.contact, mark, occasion);
  if (contact === marked.contact) return { ...taught, state: marked.state };
  return { ...taught, state: replaceContact(marked.state, contact) };
}

type TaughtOfContact = Taught & { readonly contact: Contact };

/** `before` is the contact without the mark, `contact` the one with it. */
function taughtByMark(
  contact: Contact,
  { contact: before, outcome, at }: OutcomeMark,
  { now, rulebook }: Occasion,
): TaughtOfContact {
  const isTold = isInTime(contact, { at, now }, rulebook);
  if (outcome === 'conversion') {
    return mayEarnCredit(contact, at) ? withSuccess(contact, { isTold }) : { ...nothing, contact };
  }
  const isFirstView = contact.needsView && viewedAt(before) === undefined && viewedAt(contact) !== undefined;
  if (!isFirstView) return { ...nothing, contact };
  const trial = trialOf(contact, { isTold });
  // What was not told of its trial must not tell of its success either.
  const viewed = isTold ? contact : withoutServed(contact);
  const convertedAt = contact.outcomes?.conversion;
  if (convertedAt === undefined || convertedAt < at) return { ...trial, contact: viewed };
  const success = withSuccess(viewed, { isTold: isInTime(viewed, { at: convertedAt, now }, rulebook) });
  return { ...joinedTaught(trial, success), contact: success.contact };
}

function trialOf(contact: Contact, { isTold }: { readonly isTold: boolean }): Taught {
  return taughtOf(contact, { kind: 'shown', isTold });
}

function withSuccess(contact: Contact, { isTold }: { readonly isTold: boolean }): TaughtOfContact {
  return { ...taughtOf(contact, { kind: 'converted', isTold }), contact: withoutServed(contact) };
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
