import { limits } from '../limits.ts';
import type { Partition } from '../model/ids.ts';
import type { TimerMessage } from '../model/log-message.ts';
import type { DueTimer, TimerWrite } from '../ports.ts';
import type { RuntimeContext } from './runtime-context.ts';

/** How often a partition looks for waits that are over by the wall clock. */
const lookEveryMs = 1_000;
/** How long a message may take through the log until it is put there once more. */
const announceAgainMs = 30_000;

/**
 * Puts a message into a partition's log for every wait that is over; the fold ends it there. Waits of live events end
 * by the wall clock, those of replayed history by the time of the replayed stream.
 */
export class TimerWaker {
  readonly #context: RuntimeContext;
  readonly #partition: Partition;
  /** Timers whose message is in the log but not folded yet, and from when on they are announced once more. */
  readonly #announced = new Map<string, number>();
  #nextLookAt = 0;
  /** Replayed waits ripen with every batch; a partition that has none need not ask after each. */
  #hasStreamTimers = true;

  constructor(context: RuntimeContext, partition: Partition) {
    this.#context = context;
    this.#partition = partition;
  }

  /** The partition is taken up anew: nothing is known. */
  reset(): void {
    this.#announced.clear();
    this.#nextLookAt = 0;
    this.#hasStreamTimers = true;
  }

  committed(timers: readonly TimerWrite[]): void {
    if (timers.some(({ clock, due }) => clock === 'stream' && due !== undefined))
      this.#hasStreamTimers = true;
  }

  folded(message: TimerMessage): void {
    this.#announced.delete(nameOf(message));
  }

  /** `stream` is the time of the replayed stream. */
  async wake(stream: number): Promise<void> {
    const { store, clock, log } = this.#context.ports;
    const wall = clock.now();
    if (wall < this.#nextLookAt && !this.#hasStreamTimers) return;
    this.#nextLookAt = wall + lookEveryMs;
    const due = await store.dueTimers(this.#partition, { wall, stream }, limits.timersPerRoundMax);
    const fresh = due.filter((timer) => wall >= (this.#announced.get(nameOf(timer)) ?? 0));
    if (fresh.length === 0) return this.#lookForStreamTimers();
    // Before the message is in the log: it may be folded before this node hears that it was taken. The end of the log
    // may be lost, and the message with it; a second one leaves no trace.
    for (const timer of fresh) this.#announced.set(nameOf(timer), wall + announceAgainMs);
    try {
      await log.append(fresh.map((timer) => this.#messageOf(timer, wall)));
    } catch (error) {
      for (const timer of fresh) this.#announced.delete(nameOf(timer));
      throw error;
    }
  }

  async #lookForStreamTimers(): Promise<void> {
    if (!this.#hasStreamTimers) return;
    const any = { wall: -1, stream: Number.MAX_SAFE_INTEGER };
    const waiting = await this.#context.ports.store.dueTimers(this.#partition, any, 1);
    this.#hasStreamTimers = waiting.length > 0;
  }

  #messageOf({ key, clock, due }: DueTimer, wall: number): TimerMessage {
    return {
      kind: 'timer',
      // The log drops what it takes for a retry, and a wait may end at a time at which another one ended shortly before.
      id: `timer:${key}:${clock}:${due}:${Math.floor(wall / announceAgainMs)}`,
      tenant: this.#context.tenant,
      partition: this.#partition,
      receivedAt: clock === 'wall' ? wall : due,
      ...(clock === 'stream' && { replayed: true as const }),
      key,
      due,
    };
  }
}

function nameOf({ key, due }: Pick<DueTimer, 'key' | 'due'>): string {
  return `${key}@${due}`;
}
