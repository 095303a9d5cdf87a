import { hashId96 } from '../chance/hash.ts';
import { decideDegraded } from '../decide/decide-degraded.ts';
import { explain } from '../decide/explain.ts';
import { CodedError } from '../errors.ts';
import { limits } from '../limits.ts';
import type { Decision } from '../model/decision.ts';
import type { DecisionId } from '../model/ids.ts';
import type { WakeSignal } from '../ports.ts';
import type { DecideAnswer } from './application.ts';
import { CircuitBreaker } from './circuit-breaker.ts';
import { eventMessage } from './messages.ts';
import type { DegradedCause } from './observer.ts';
import { Patience } from './patience.ts';
import type { Asked } from './request-state.ts';
import type { RuntimeContext } from './runtime-context.ts';
import { WakeUp } from './wake-up.ts';

/**
 * Answers requests while the store is away or slow, where the rulebook declares how.
 *
 * DG1. A request waits for the store no longer than the rulebook says. What was not sent to the store by then is not sent.
 *     What was sent may have been stored: then it counts, although nobody saw it, and a repeat of the request gets it.
 * DG2. A degraded answer is made of the request alone. It claims no contact, spends nothing, has no record, no receipt and
 *     an id that no stored decision can have. The same request id gets a real answer as soon as there is one.
 * DG3. Events that came along are in the log before the answer leaves, as with any other answer.
 * DG4. After some failures in a row no request waits any more; one at a time finds out whether the store answers again.
 * DG5. Without a degraded mode in the rulebook everything waits, and fails, as the store does.
 */
export class DegradedDesk {
  readonly #context: RuntimeContext;
  readonly #breaker = new CircuitBreaker({
    failuresMax: limits.storeFailuresMax,
    restMs: limits.storeRestMs,
    atOnceMax: Number.POSITIVE_INFINITY,
  });

  constructor(context: RuntimeContext) {
    this.#context = context;
  }

  async answer(asked: Asked, decide: (asked: Asked) => Promise<DecideAnswer>): Promise<DecideAnswer> {
    const { degraded } = asked.rulebook;
    if (!degraded || asked.request.isPatient) return decide(asked);
    const { clock } = this.#context.ports;
    if (!this.#breaker.admits(clock.now())) return this.#degrade(asked, 'resting');
    const patience = new Patience(clock);
    const outcome = await this.#firstOf(decide({ ...asked, patience }), patience, degraded.afterMs);
    if (outcome !== 'late' && 'answer' in outcome) {
      this.#breaker.succeeded();
      return outcome.answer;
    }
    patience.giveUp();
    const isLate = outcome === 'late';
    if (!isLate && !isOfStore(outcome.error)) {
      this.#breaker.withdrawn();
      throw outcome.error;
    }
    this.#failed(isLate && !patience.isInTurn);
    return this.#degrade(asked, isLate ? 'slow' : 'failed');
  }

  /** Who waited only for others of the same customer learned nothing about the store. */
  #failed(hasNoVerdict: boolean): void {
    if (hasNoVerdict) this.#breaker.withdrawn();
    else this.#breaker.failed(this.#context.ports.clock.now());
  }

  async #firstOf(answer: Promise<DecideAnswer>, patience: Patience, afterMs: number): Promise<Outcome> {
    const answered = new WakeUp();
    const settled = answer.then(
      (made): Outcome => ({ answer: made }),
      (error: unknown): Outcome => ({ error }),
    );
    const first = await Promise.race([settled, this.#lateAfter(afterMs, patience, answered)]);
    answered.abort();
    return first;
  }

  /** What went by elsewhere is added on. */
  async #lateAfter(afterMs: number, patience: Patience, signal: WakeSignal): Promise<'late'> {
    const { timing } = this.#context.ports;
    let granted = 0;
    for (let left = afterMs; left > 0 && !signal.aborted; ) {
      await timing.sleep(left, signal);
      const { elsewhereMs } = patience;
      left = elsewhereMs - granted;
      granted = elsewhereMs;
    }
    await timing.sleep(limits.storeGraceMs, signal);
    return 'late';
  }

  async #degrade(asked: Asked, why: DegradedCause): Promise<DecideAnswer> {
    const { ports, observer } = this.#context;
    const { events, customer, explain: explains } = asked.request;
    const now = ports.clock.now();
    if (events.length > 0) {
      const told = { receivedAt: now, presented: customer };
      await ports.log.append(events.map((event) => eventMessage(this.#context, event, told)));
    }
    const decision = this.#decide(asked, now);
    observer.degraded?.(why, decision);
    return { decision, repeated: false, ...(explains && { explain: explain(decision) }) };
  }

  #decide({ request, requestId, rulebook }: Asked, now: number): Decision {
    const { tenant, model, tables } = this.#context;
    const { customer, placements, context, limit } = request;
    const id = `${degradedPrefix}${hashId96(`${customer}|${requestId}`)}` as DecisionId;
    return decideDegraded({
      id,
      tenant,
      customer,
      rulebook,
      model: model(),
      tables: tables.current(),
      cause: { kind: 'request', requestId },
      seed: id,
      now,
      placements,
      context,
      ...(limit !== undefined && { limit }),
    });
  }
}

type Outcome = { readonly answer: DecideAnswer } | { readonly error: unknown } | 'late';

const degradedPrefix = 'degraded-';
export const previewPrefix = 'preview-';

/** Why nothing can be reported of such an id; undefined for any other. */
export function neverStored(id: string): string | undefined {
  if (id.startsWith(degradedPrefix)) {
    return `${id} was answered while the store was away: nothing of it was stored or counted, so nothing can be reported of it`;
  }
  if (id.startsWith(previewPrefix)) {
    return `${id} was a preview: nothing of it was stored or counted, so nothing can be reported of it`;
  }
  return undefined;
}

function isOfStore(error: unknown): boolean {
  return error instanceof CodedError && error.code === 'NB_STORE_UNAVAILABLE';
}
