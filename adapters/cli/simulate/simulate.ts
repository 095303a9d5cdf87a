import { setTimeout as pause } from 'node:timers/promises';
import { type AgainstFixed, againstBestFixed } from './against-fixed.ts';
import { type AgainstHeldOut, HeldOutTally } from './against-held-out.ts';
import { serverApi } from './server-api.ts';
import type { ActionCounts, HalfCounts } from './tally.ts';
import { RunTally } from './tally.ts';
import { shopperOf } from './tastes.ts';
import type { VisitContext } from './visit.ts';
import { visit } from './visit.ts';

export interface SimulateOptions {
  /** Of a running server, such as `http://127.0.0.1:8080`. */
  readonly url: string;
  readonly shoppers: number;
  /** The run ends after so many seconds or events, whichever comes first; one of them must be given. */
  readonly seconds?: number;
  readonly events?: number;
  /** The same seed makes the same shoppers with the same tastes. */
  readonly seed: number;
  /** Visits a second at most; as fast as the server answers when absent. */
  readonly rate?: number;
  /** Visits at the same time, 16 when absent. */
  readonly concurrency?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: SimulateProgress) => void;
}

export interface SimulateProgress {
  /** 0..1 of the whole run. */
  readonly fraction: number;
  readonly events: number;
  readonly decisions: number;
}

export interface SimulateReport {
  readonly shoppers: number;
  readonly seed: number;
  readonly visits: number;
  readonly events: number;
  readonly decisions: number;
  readonly elapsedMs: number;
  readonly byAction: Readonly<Record<string, Readonly<ActionCounts>>>;
  readonly firstHalf: Readonly<HalfCounts>;
  readonly secondHalf: Readonly<HalfCounts>;
  readonly againstFixed: AgainstFixed;
  readonly againstHeldOut: AgainstHeldOut;
}

/**
 * Drives a running server with shoppers whose tastes only this simulation knows, and tells how near its choices come
 * to the best ones. Every worker has shoppers of its own, so that no shopper is in two places at once.
 *
 * Rejects with a coded error when the server refuses a call or stays out of reach.
 */
export async function simulate(options: SimulateOptions): Promise<SimulateReport> {
  const startedAt = performance.now();
  const api = serverApi(options.url);
  const placements = (await api.placements()).filter(({ channel }) => channel === 'web');
  const context: VisitContext = {
    api,
    seed: options.seed,
    run: `simulated-${Date.now().toString(36)}`,
    placements: placements.map(({ name }) => name).slice(0, 16),
    tally: new RunTally(),
    heldOut: new HeldOutTally(),
    values: new Map(),
  };
  const run = new SimulationRun(options, context, startedAt);
  const workers = Math.max(1, Math.min(options.concurrency ?? 16, options.shoppers));
  await Promise.all(Array.from({ length: workers }, (_, worker) => run.work(worker, workers)));
  return run.report();
}

class SimulationRun {
  readonly #options: SimulateOptions;
  readonly #context: VisitContext;
  readonly #startedAt: number;
  #begun = 0;
  #visits = 0;
  #events = 0;
  #decisions = 0;
  #failed = false;

  constructor(options: SimulateOptions, context: VisitContext, startedAt: number) {
    this.#options = options;
    this.#context = context;
    this.#startedAt = startedAt;
  }

  /** Visits of the shoppers `worker`, `worker + workers`, ..., round after round. */
  async work(worker: number, workers: number): Promise<void> {
    const { seed, shoppers } = this.#options;
    for (let round = 0; ; round += 1) {
      for (let index = worker; index < shoppers; index += workers) {
        if (this.#isOver()) return;
        await this.#waitForTurn();
        await this.#visit(index, round, seed);
      }
    }
  }

  async #visit(index: number, round: number, seed: number): Promise<void> {
    try {
      const counts = await visit(this.#context, shopperOf(seed, index), round);
      this.#visits += 1;
      this.#events += counts.events;
      this.#decisions += counts.decisions;
    } catch (error) {
      // The other workers stop after their visit; this one tells why.
      this.#failed = true;
      throw error;
    }
    const { onProgress } = this.#options;
    onProgress?.({ fraction: this.#fraction(), events: this.#events, decisions: this.#decisions });
  }

  #isOver(): boolean {
    return this.#failed || this.#options.signal?.aborted === true || this.#fraction() >= 1;
  }

  #fraction(): number {
    const { seconds, events } = this.#options;
    const byTime = seconds === undefined ? 0 : (performance.now() - this.#startedAt) / 1_000 / seconds;
    const byEvents = events === undefined ? 0 : this.#events / events;
    return seconds === undefined && events === undefined ? 1 : Math.max(byTime, byEvents);
  }

  /** Visit n begins n / rate seconds after the start, however long the visits before it took. */
  async #waitForTurn(): Promise<void> {
    const { rate } = this.#options;
    const turn = this.#begun;
    this.#begun += 1;
    if (rate === undefined) return;
    const waitMs = this.#startedAt + (turn / rate) * 1_000 - performance.now();
    if (waitMs > 0) await pause(waitMs);
  }

  report(): SimulateReport {
    const [firstHalf, secondHalf] = this.#context.tally.halves();
    return {
      shoppers: this.#options.shoppers,
      seed: this.#options.seed,
      visits: this.#visits,
      events: this.#events,
      decisions: this.#decisions,
      elapsedMs: performance.now() - this.#startedAt,
      byAction: Object.fromEntries(this.#context.tally.byAction),
      firstHalf,
      secondHalf,
      againstFixed: againstBestFixed(this.#context.tally.slices()),
      againstHeldOut: this.#context.heldOut.report(),
    };
  }
}
