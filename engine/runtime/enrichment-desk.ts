import { attributesMessage } from '../customer/attributes.ts';
import { profilesOf, traitOf } from '../customer/profile.ts';
import { CodedError } from '../errors.ts';
import { limits } from '../limits.ts';
import type { CustomerState, OverlayState } from '../model/customer-state.ts';
import type { CustomerKey, Tenant } from '../model/ids.ts';
import type { JsonObject } from '../model/json.ts';
import type { AttributesMessage } from '../model/log-message.ts';
import type { Overlay, OverlayService, Rulebook } from '../model/rulebook.ts';
import { isCurrent, overlayOf } from '../overlays/overlay-values.ts';
import { readAttributes } from '../overlays/read-attributes.ts';
import type { Clock, Enrichment, Timing, TouchpointLog } from '../ports.ts';
import { CircuitBreaker } from './circuit-breaker.ts';
import { WakeUp } from './wake-up.ts';

/**
 * Asks services for what is not known of a customer.
 *
 * E1. A decision waits for a service no longer than its overlay says, and is made without it then. What comes later is
 *     told to the log all the same.
 * E2. One question a customer and service is under way at a time; whoever needs the answer shares it. What was answered,
 *     and that nothing was known, is remembered for a moment.
 * E3. A service that fails again and again is left alone, and then asked by one question until it answers.
 * E4. What a service says counts as a whole or not at all: a value of another kind than declared refuses the answer.
 */
export interface EnrichmentDeskOptions {
  readonly tenant: Tenant;
  readonly partitions: number;
  readonly clock: Clock;
  readonly timing: Timing;
  readonly log: TouchpointLog;
  readonly enrichment: Enrichment | undefined;
  readonly troubled: (what: string, error: unknown) => void;
}

/** Of each service. */
const serviceBounds = {
  failuresMax: limits.enrichmentFailuresMax,
  restMs: limits.enrichmentRestMs,
  atOnceMax: limits.enrichmentsMax,
};

interface Question {
  readonly overlay: Overlay;
  readonly service: OverlayService;
  readonly key: CustomerKey;
  readonly url: string;
  /** Tells questions apart. */
  readonly id: string;
}

interface Flight {
  readonly answer: Promise<OverlayState | undefined>;
  /** Somebody went on without it. */
  isLate: boolean;
}

/** What was answered; undefined: nothing is known. */
interface Remembered {
  readonly state: OverlayState | undefined;
  readonly until: number;
}

export class EnrichmentDesk {
  readonly #options: EnrichmentDeskOptions;
  readonly #flights = new Map<string, Flight>();
  readonly #memory = new Map<string, Remembered>();
  readonly #breakers = new Map<string, CircuitBreaker>();

  constructor(options: EnrichmentDeskOptions) {
    this.#options = options;
  }

  /** What services tell of a customer of whom nothing current is known, as messages for the log. Never rejects. */
  async bring(asked: {
    readonly rulebook: Rulebook;
    readonly key: CustomerKey;
    readonly state: CustomerState | undefined;
  }): Promise<readonly AttributesMessage[]> {
    const questions = this.#options.enrichment ? questionsOf(asked, this.#options.clock.now()) : [];
    if (questions.length === 0) return [];
    const states = await Promise.all(questions.map((question) => this.#answerInTime(question)));
    return questions.flatMap((question, index) => {
      const state = states[index];
      return state ? [this.#messageOf(question, state)] : [];
    });
  }

  async #answerInTime(question: Question): Promise<OverlayState | undefined> {
    const { timing, clock } = this.#options;
    const known = this.#memory.get(question.id);
    if (known && clock.now() < known.until) return known.state;
    const flight = this.#flights.get(question.id) ?? this.#start(question);
    // What somebody waited for in vain keeps nobody else waiting, nor the same decision when it is tried again.
    if (!flight || flight.isLate) return undefined;
    const waiting = new WakeUp();
    const tooLate = timing.sleep(question.service.timeoutMs, waiting).then(() => 'too late' as const);
    const first = await Promise.race([flight.answer, tooLate]);
    waiting.abort();
    if (first !== 'too late') return first;
    flight.isLate = true;
    return undefined;
  }

  /** undefined: it is not asked now. */
  #start(question: Question): Flight | undefined {
    const { overlay, id } = question;
    const breaker = this.#breakerOf(overlay.name);
    if (!breaker.admits(this.#options.clock.now())) return undefined;
    const flight: Flight = { answer: this.#ask(question, breaker), isLate: false };
    this.#flights.set(id, flight);
    void flight.answer.then((state) => this.#landed(question, flight, state));
    return flight;
  }

  /** Never rejects. */
  async #ask(question: Question, breaker: CircuitBreaker): Promise<OverlayState | undefined> {
    const { enrichment, clock, troubled } = this.#options;
    const { service, url, overlay, id } = question;
    // Who is erased while the question is under way was known when it was asked: its answer is refused with the rest.
    const at = clock.now();
    try {
      const { headers } = service;
      const answer = await enrichment?.ask({ url, headers, timeoutMs: limits.enrichmentMsMax });
      const state = answer && stateOf(overlay, service, answer, at);
      breaker.succeeded();
      this.#remember(id, state, limits.enrichmentMemoryMs);
      return state;
    } catch (error) {
      breaker.failed(clock.now());
      this.#remember(id, undefined, limits.enrichmentRetryMs);
      troubled(`overlay ${overlay.name}`, error);
      return undefined;
    }
  }

  async #landed(question: Question, flight: Flight, state: OverlayState | undefined): Promise<void> {
    this.#flights.delete(question.id);
    if (!flight.isLate || !state) return;
    try {
      await this.#options.log.append([this.#messageOf(question, state)]);
    } catch (error) {
      // It is asked for again with the customer's next decision.
      this.#options.troubled(`overlay ${question.overlay.name}`, error);
    }
  }

  #messageOf({ key, overlay }: Question, state: OverlayState): AttributesMessage {
    const receivedAt = this.#options.clock.now();
    return attributesMessage(this.#options, { key, overlay: overlay.name, state, receivedAt });
  }

  #remember(id: string, state: OverlayState | undefined, ms: number): void {
    this.#memory.delete(id);
    const until = Math.min(this.#options.clock.now() + ms, state?.expiresAt ?? Number.POSITIVE_INFINITY);
    this.#memory.set(id, { state, until });
    for (const oldest of this.#memory.keys()) {
      if (this.#memory.size <= limits.enrichmentMemoryMax) return;
      this.#memory.delete(oldest);
    }
  }

  #breakerOf(overlay: string): CircuitBreaker {
    const known = this.#breakers.get(overlay) ?? new CircuitBreaker(serviceBounds);
    this.#breakers.set(overlay, known);
    return known;
  }
}

function questionsOf(
  {
    rulebook,
    key,
    state,
  }: {
    readonly rulebook: Rulebook;
    readonly key: CustomerKey;
    readonly state: CustomerState | undefined;
  },
  now: number,
): readonly Question[] {
  const profiles = state ? profilesOf(state) : [];
  return [...rulebook.overlays.values()].flatMap((overlay) => {
    const service = overlay.join.kind === 'customer' ? overlay.join.service : undefined;
    const told = overlayOf(profiles, overlay.name);
    if (!service || (told && isCurrent(told, now))) return [];
    const url = service.addressOf({ key, trait: (name) => traitOf(profiles, name) });
    // The address as it is written is part of it: under another rulebook it is another question.
    return url === undefined ? [] : [{ overlay, service, key, url, id: `${overlay.name} ${key} ${url}` }];
  });
}

/** undefined where the answer holds nothing of what the overlay brings. */
function stateOf(
  overlay: Overlay,
  service: OverlayService,
  answer: JsonObject,
  at: number,
): OverlayState | undefined {
  const read = readAttributes(overlay.attributes, answer);
  if ('reason' in read)
    throw new CodedError('NB_INVALID_INPUT', `the service answers wrongly: ${read.reason}`);
  if (Object.keys(read.values).length === 0) return undefined;
  return {
    values: read.values,
    at,
    // As it is written: filled in, it would name the customer.
    source: service.url.replace(/[?#].*$/s, ''),
    ...(overlay.expiresMs !== undefined && { expiresAt: at + overlay.expiresMs }),
  };
}
