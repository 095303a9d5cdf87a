import { encodeState } from '../customer/codec.ts';
import type { DecideResult } from '../decide/decide.ts';
import type { CustomerState } from '../model/customer-state.ts';
import type { EventMessage, LogMessage } from '../model/log-message.ts';
import type { Commit, OutboxItem } from '../ports.ts';
import { makeReceipt } from '../receipts/make-receipt.ts';
import type { NotedInput } from '../receipts/note-reads.ts';
import { decisionMessage } from './messages.ts';
import { outboxOf, recordOf, saltedReceipt } from './publish.ts';
import { type Attempt, isKept } from './request-state.ts';
import type { RuntimeContext } from './runtime-context.ts';

interface Decided {
  readonly result: DecideResult;
  /** Absent where no receipt is kept. */
  readonly noted?: NotedInput;
  /** The document's state with the contacts made and the changes of consent; absent when there are none. */
  readonly after: CustomerState | undefined;
  /** Those that came with the request. */
  readonly events: readonly EventMessage[];
}

/** A decision with all that follows from it, as the one step in which it is stored. */
export function commitOfDecision(
  context: RuntimeContext,
  attempt: Attempt,
  { result, noted, after, events }: Decided,
): Commit {
  const { rulebook, key, partition, now } = attempt;
  const { decision, spends } = result;
  const record = recordOf(decision, now + context.recordMs);
  // The contacts are in the document when the events are folded; who reads the log again must meet them first as well.
  const messages: LogMessage[] = [
    ...(isKept(result) ? [decisionMessage(context, { ...result, key, partition })] : []),
    ...events,
    ...attempt.brought,
  ];
  return {
    partition,
    onceBy: decision.id,
    ...(attempt.unless !== undefined && { unless: [attempt.unless] }),
    documents: documentWrites(context, attempt, after),
    timers: [],
    outbox: [
      ...messages.map((message): OutboxItem => ({ id: message.id, to: 'log', message })),
      ...outboxOf(decision),
      ...receiptItems(context, attempt, { noted, text: record.value }),
    ],
    records: [record],
    counters: context.desk.writes(rulebook, now, spends),
  };
}

function receiptItems(
  { ports, receipts: making }: RuntimeContext,
  { document }: Attempt,
  { noted, text }: { readonly noted: NotedInput | undefined; readonly text: string },
): readonly OutboxItem[] {
  if (!making || !noted) return [];
  // Mostly the decision saw just what is stored, and its bytes are at hand.
  const stored = noted.input.state === document.state ? document.value : undefined;
  return [saltedReceipt(makeReceipt(noted, { making, text, stored }), ports.ids.nonce())];
}

function documentWrites(
  { ports }: RuntimeContext,
  { key, document }: Attempt,
  after: CustomerState | undefined,
): Commit['documents'] {
  const { nonce, value } = document;
  if (after) return [{ key, expected: nonce, nonce: ports.ids.nonce(), value: encodeState(after) }];
  // Writing the same value under the same version only makes sure that the decision saw the newest state.
  return nonce === undefined || value === undefined ? [] : [{ key, expected: nonce, nonce, value }];
}
