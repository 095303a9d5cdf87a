import { readFacts } from '../../../engine/facts/read-facts.ts';
import {
  type CustomerKey,
  type CustomerState,
  type Decision,
  defaultTenant,
  type EventMessage,
  emptyModel,
  encodeState,
  type FoldContext,
  foldCustomer,
  type LogMessage,
  type Partition,
  profilesOf,
  type Rulebook,
  type SegmentDelta,
} from '../../../engine/index.ts';
import { segmentWait } from '../../../engine/segments/keep-segments.ts';
import { base64Of } from './fold.ts';

/** A log of one partition whose waits are ended as a clock that the test turns tells. */
export class SegmentLog {
  readonly states = new Map<CustomerKey, CustomerState>();
  readonly told: EventMessage[] = [];
  readonly decisions: Decision[] = [];
  readonly log: LogMessage[] = [];
  readonly sizes = new Map<string, number>();
  readonly values = new Map<string, number>();
  private readonly context: FoldContext;

  constructor(rulebook: Rulebook) {
    this.context = {
      tenant: defaultTenant,
      partition: 0 as Partition,
      partitions: 1,
      rulebook,
      model: emptyModel,
      budgets: { left: () => Number.MAX_SAFE_INTEGER },
    };
  }

  /** Folds messages and everything that follows from them. */
  fold(...messages: readonly LogMessage[]): void {
    const rest = [...messages];
    for (let next = rest.shift(); next; next = rest.shift()) {
      if (!('key' in next)) continue;
      this.log.push(next);
      const result = foldCustomer(this.states.get(next.key), next, this.context);
      if (result.state) this.states.set(next.key, result.state);
      else this.states.delete(next.key);
      for (const delta of result.segments ?? []) this.count(delta);
      this.decisions.push(...result.decisions);
      for (const message of result.messages) {
        if (message.kind === 'event' && message.origin === 'segments') this.told.push(message);
        rest.push(message);
      }
    }
  }

  /** Ends every wait that is over at `until`, earliest first. */
  passTime(until: number): void {
    for (;;) {
      const [next] = [...this.states.values()]
        .flatMap(({ key, timers }) => timers.map(({ due }) => ({ key, due })))
        .filter(({ due }) => due <= until)
        .sort((one, other) => one.due - other.due);
      if (!next) return;
      this.fold(timerMessage(next.key, next.due));
    }
  }

  /** Names of the segments that the conditions give at a moment. */
  exact(key: CustomerKey, now: number): readonly string[] {
    const { rulebook } = this.context;
    const state = this.states.get(key);
    if (!state || state.forward !== undefined) return [];
    const facts = readFacts(rulebook, { key, profiles: profilesOf(state), now, context: {} });
    return [...rulebook.segments.values()]
      .filter(({ when }) => when.holds(facts))
      .map(({ name }) => name)
      .sort();
  }

  kept(key: CustomerKey): readonly string[] {
    return Object.keys(this.states.get(key)?.segments ?? {}).sort();
  }

  /** When the customer is judged next by time alone. */
  waitOf(key: CustomerKey): number | undefined {
    return this.states.get(key)?.timers.find(({ id }) => id === segmentWait)?.due;
  }

  /** What all documents say, as the totals should be. */
  recount(): { readonly sizes: Map<string, number>; readonly values: Map<string, number> } {
    const sizes = new Map<string, number>();
    const values = new Map<string, number>();
    for (const { segments } of this.states.values()) {
      for (const [name, { value }] of Object.entries(segments)) {
        sizes.set(name, (sizes.get(name) ?? 0) + 1);
        values.set(name, (values.get(name) ?? 0) + value);
      }
    }
    return { sizes, values };
  }

  encoded(): Readonly<Record<string, string>> {
    return Object.fromEntries(
      [...this.states].sort().map(([key, state]) => [key, base64Of(encodeState(state))]),
    );
  }

  /** Events of segments, by customer and in the order in which they happened. */
  toldInOrder(): readonly string[] {
    return this.told.map(({ key, id }) => `${key} ${id}`).sort();
  }

  decided(): readonly string[] {
    return this.decisions.map(({ id, at, placements }) => `${at} ${id} ${JSON.stringify(placements)}`).sort();
  }

  private count({ segment, size, value }: SegmentDelta): void {
    add(this.sizes, segment, size);
    add(this.values, segment, value);
  }
}

function add(counts: Map<string, number>, name: string, amount: number): void {
  const sum = (counts.get(name) ?? 0) + amount;
  if (sum === 0) counts.delete(name);
  else counts.set(name, sum);
}

export function timerMessage(key: CustomerKey, due: number): LogMessage {
  return {
    kind: 'timer',
    id: `timer:${key}:${due}`,
    tenant: defaultTenant,
    partition: 0 as Partition,
    receivedAt: due,
    key,
    due,
  };
}
