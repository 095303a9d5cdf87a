import {
  type CustomerKey,
  type CustomerState,
  type Decision,
  defaultTenant,
  emptyModel,
  encodeState,
  type FoldContext,
  foldCustomer,
  type Lesson,
  type LogMessage,
  type Partition,
  type Rulebook,
  type Tallies,
  type TouchpointEvent,
} from '../../../engine/index.ts';
import { eventMessage } from '../../../engine/runtime/messages.ts';

const home = { tenant: defaultTenant, partitions: 1 };

/** A log of one partition with nothing around it: messages are folded in order, and what follows is appended. */
export interface Ledger {
  readonly states: Map<CustomerKey, CustomerState>;
  readonly decisions: Decision[];
  /** Everything that was to be learned, in order. */
  readonly lessons: Lesson[];
  /** Folds the message and everything that follows from it. */
  readonly fold: (...messages: readonly LogMessage[]) => void;
  /** Folds one message alone and tells what it taught. */
  readonly learnedBy: (message: LogMessage) => Tallies;
  /** The stored forms of all customers, in base64, by key. */
  readonly encoded: () => Readonly<Record<string, string>>;
}

export function openLedger(rulebook: Rulebook, overrides: Partial<FoldContext> = {}): Ledger {
  const states = new Map<CustomerKey, CustomerState>();
  const decisions: Decision[] = [];
  const lessons: Lesson[] = [];
  const context: FoldContext = {
    ...home,
    partition: 0 as Partition,
    rulebook,
    model: emptyModel,
    budgets: { left: () => Number.MAX_SAFE_INTEGER },
    ...overrides,
  };
  return {
    states,
    decisions,
    lessons,
    fold: (...messages) => {
      const log = [...messages];
      for (let next = log.shift(); next; next = log.shift()) {
        if (!('key' in next)) continue;
        const result = foldCustomer(states.get(next.key), next, context);
        if (result.state === undefined) states.delete(next.key);
        else states.set(next.key, result.state);
        decisions.push(...result.decisions);
        lessons.push(...(result.lessons ?? []));
        log.push(...result.messages);
      }
    },
    learnedBy: (message) => {
      if (!('key' in message)) throw new Error('what speaks to a partition is not folded into a customer');
      return foldCustomer(states.get(message.key), message, context).learned;
    },
    encoded: () =>
      Object.fromEntries([...states].sort().map(([key, state]) => [key, base64Of(encodeState(state))])),
  };
}

/** The event as it stands in the log, received when it happened unless said otherwise. */
export function received(event: TouchpointEvent, receivedAt = event.timestamp): LogMessage {
  return eventMessage(home, event, { receivedAt });
}

/** Bytes as a text that compares and prints well. */
export function base64Of(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}
