import { type FoldContext, type FoldResult, quiet, type SegmentDelta } from '../customer/fold-context.ts';
import { inTurn } from '../customer/identities.ts';
import { joinedTaught } from '../customer/lessons.ts';
import type { CustomerState, PendingTimer } from '../model/customer-state.ts';
import type { CustomerMessage, EventMessage, LogMessage } from '../model/log-message.ts';
import { joinedReceipts } from '../receipts/joined-receipts.ts';
import { type Judgement, judge, type Memberships } from './judge-segments.ts';
import { readsChanged } from './reads-changed.ts';
import { eventNamed, type SegmentCause, segmentMessage } from './segment-events.ts';

/**
 * Keeps up who is in which segment: after every message of a customer, and when time alone changes an answer.
 *
 * G1. After each message the memberships are those that the conditions give at the moment judged last (`judgedAt`), and
 *     no answer changes between that moment and the customer's wait, or for ever where there is none. So at every moment
 *     up to which waits have ended, they are what `inSegment` answers. Facts of which it is not known how they go on, and
 *     tables that may be replaced, are looked at again instead.
 * G2. Waits for segments are waits like those of triggers (F2): whether a timer message or the next message of the
 *     customer came first, they end at their own end and leave the same state. The moment judged never goes back, so who
 *     was seen to leave does not come back because a message was slow.
 * G3. Entering and leaving alternate, and each is an event that is applied where it happened: in the same fold, right
 *     after it. The log gets a copy for whoever reads it; folds pass by copies. No condition of a segment can read these
 *     events (such a rulebook is refused), so the event of a segment never leads to another.
 * G4. A document that was merged away is in no segment, and its person neither leaves nor enters by that. Whoever is taken
 *     out again is in what the customer was in at that moment: nobody enters a second time because ids were sorted out.
 * G5. The deltas of all messages add up to the memberships that are stored: after every commit, the size of a segment is
 *     the number of documents that say so.
 */

type Folded = FoldResult & { readonly state: CustomerState };
/** Applies the event of a segment as any other event. */
type Tell = (state: CustomerState, message: EventMessage, spent: FoldResult['spends']) => Folded;

/** The wait for the next moment at which an answer changes by time. No trigger can have its name. */
export const segmentWait = ':segments';

const none: Memberships = {};

/** What follows for the segments once a message was applied; `before` is the customer with all waits ended. */
export function settleSegments(
  before: CustomerState,
  result: Folded,
  {
    message,
    context,
    tell,
  }: { readonly message: CustomerMessage; readonly context: FoldContext; readonly tell: Tell },
): Folded {
  const { state } = result;
  if (state.forward !== undefined) return mergedAway(result, before.segments);
  const isOrdered = message.kind === 'timer' && message.judgesSegments === true;
  // Any other timer message leaves no trace but that of the waits that it ended.
  if (message.kind === 'timer' && !isOrdered) return result;
  if (!isOrdered && !isConcerned(before, state, context)) {
    const present = inPresent(state, message);
    return present === state ? result : { ...result, state: present };
  }
  const now = message.kind === 'timer' ? message.due : message.receivedAt;
  const wait = state.timers.find(({ id }) => id === segmentWait);
  return judgeAndTell(result, tell, {
    at: Math.max(now, state.judgedAt ?? 0),
    cause: isOrdered ? 'rules' : 'event',
    by: message.id,
    person: personOf(result, message),
    isReplayed: message.replayed === true && (wait === undefined || wait.replayed === true),
    context,
  });
}

/** What the person was in before the message: what came along with a merge or an un-merge was the person's as well. */
function personOf({ state, note }: Folded, message: CustomerMessage): Memberships {
  const isMoved = message.kind === 'link-import' || message.kind === 'link-return';
  return isMoved && note !== 'refused' ? { ...message.segments, ...state.segments } : state.segments;
}

/** The wait for a change by time is over: judges for its end. */
export function endSegmentWait(
  state: CustomerState,
  { due, replayed }: PendingTimer,
  {
    message,
    context,
    tell,
  }: { readonly message: CustomerMessage; readonly context: FoldContext; readonly tell: Tell },
): Folded {
  return judgeAndTell(quiet(state), tell, {
    at: due,
    cause: 'time',
    by: 'time',
    person: state.segments,
    isReplayed: message.replayed === true && replayed === true,
    context,
  });
}

/** What a fold did to the totals: the levels once a segment, and each entering and leaving. */
export function segmentDeltas(
  before: CustomerState | undefined,
  { state, messages }: FoldResult,
  message: CustomerMessage,
): readonly SegmentDelta[] {
  const [was, is] = [before?.segments ?? none, state?.segments ?? none];
  const deltas: SegmentDelta[] = [];
  for (const next of messages) {
    if (next.kind !== 'event' || next.origin !== 'segments') continue;
    const { name, timestamp: at, properties } = next.event;
    deltas.push({ segment: properties.segment as string, at, size: 0, value: 0, event: eventNamed(name) });
  }
  if (was === is) return deltas;
  const at = state?.judgedAt ?? message.receivedAt;
  for (const segment of new Set([...Object.keys(was), ...Object.keys(is)])) {
    const [old, now] = [membershipIn(was, segment), membershipIn(is, segment)];
    const size = ((now ? 1 : 0) - (old ? 1 : 0)) as -1 | 0 | 1;
    const value = (now?.value ?? 0) - (old?.value ?? 0);
    if (size !== 0 || value !== 0) deltas.push({ segment, at, size, value });
  }
  return deltas;
}

interface Occasion {
  readonly at: number;
  readonly cause: SegmentCause;
  /** What tells two changes at one moment apart. */
  readonly by: string;
  /** What the person is in: segments of a document that was just merged count here. */
  readonly person: Memberships;
  readonly isReplayed: boolean;
  readonly context: FoldContext;
}

function judgeAndTell(result: Folded, tell: Tell, occasion: Occasion): Folded {
  const { at, person, context } = occasion;
  const judgement = judge(result.state, person, at, context);
  let next: Folded = { ...result, state: withJudgement(result.state, judgement, occasion) };
  for (const change of changesOf(person, judgement.memberships, occasion)) {
    const message = segmentMessage(result.state.key, change, {
      ...context,
      replayed: occasion.isReplayed,
    });
    next = after(next, tell(next.state, message, next.spends), message);
  }
  return next;
}

function changesOf(before: Memberships, after: Memberships, { at, cause, by, context }: Occasion) {
  if (before === after) return [];
  return [...context.rulebook.segments.keys()].flatMap((segment) => {
    const [was, is] = [membershipIn(before, segment), membershipIn(after, segment)];
    if (!was === !is) return [];
    const why = { segment, at, cause, by };
    return [
      was ? { ...why, event: 'left' as const, since: was.since } : { ...why, event: 'entered' as const },
    ];
  });
}

/** What the event of a segment led to joins what was there; the copy for the log comes last. */
function after(before: Folded, told: Folded, copy: LogMessage): Folded {
  return {
    ...before,
    state: told.state,
    messages: [...before.messages, ...told.messages, copy],
    decisions: [...before.decisions, ...told.decisions],
    ...joinedReceipts(before, told),
    spends: [...before.spends, ...told.spends],
    ...joinedTaught(before, told),
  };
}

function withJudgement(
  state: CustomerState,
  { memberships, due }: Judgement,
  { at, isReplayed }: Occasion,
): CustomerState {
  const timers = state.timers.filter(isNotOurs);
  const wait = due === undefined ? [] : [waitUntil(due, isReplayed)];
  return { ...state, segments: memberships, timers: inTurn([...wait, ...timers]), judgedAt: at };
}

function waitUntil(due: number, isReplayed: boolean): PendingTimer {
  const wait = { id: segmentWait, due, trigger: segmentWait, messageId: '', event: null };
  return isReplayed ? { ...wait, replayed: true } : wait;
}

/** Whoever speaks in the present waits in the present, whatever was played in before. */
function inPresent(state: CustomerState, { replayed }: CustomerMessage): CustomerState {
  const wait = replayed ? undefined : state.timers.find(({ id }) => id === segmentWait);
  if (!wait?.replayed) return state;
  return {
    ...state,
    timers: state.timers.map((timer) => (timer === wait ? waitUntil(wait.due, false) : timer)),
  };
}

/** Whether the message changed anything that segments read, or the customer is in one that the rulebook has no longer. */
function isConcerned(before: CustomerState, state: CustomerState, { rulebook }: FoldContext): boolean {
  const { segmentation, segments } = rulebook;
  for (const name in state.segments) if (!segments.has(name)) return true;
  if (segmentation.segments.length === 0) return false;
  return state.judgedAt === undefined || readsChanged(before, state, segmentation.reads);
}

/** What the document was in goes along to the one that it forwards to. */
function mergedAway(result: Folded, segments: Memberships): Folded {
  const { judgedAt, ...state } = result.state;
  if (judgedAt === undefined) return result;
  return {
    ...result,
    state: { ...state, segments: none, timers: state.timers.filter(isNotOurs) },
    messages: result.messages.map((next) =>
      next.kind === 'link-import' ? { ...next, timers: next.timers.filter(isNotOurs), segments } : next,
    ),
  };
}

/** What waits for the segments of a document does not move to another. */
function isNotOurs({ trigger }: PendingTimer): boolean {
  return trigger !== segmentWait;
}

function membershipIn(memberships: Memberships, segment: string): Memberships[string] | undefined {
  return Object.hasOwn(memberships, segment) ? memberships[segment] : undefined;
}
