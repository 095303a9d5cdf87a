import type { OutcomeRule } from '../../model/rulebook.ts';

/**
 * What the log tells of one id that an experiment may ask for. Its size is bounded, whatever the customer does.
 */
export interface CustomerTrace {
  /** Fingerprints of the first events that came in, so that a repeat is told apart; `eventsMax` at most. */
  readonly events: number[];
  /** `conversionsMax` at most, in the order in which they came in. */
  readonly conversions: Conversion[];
  /** Conversions that there was no room for. */
  conversionsLost: number;
  /** By experiment. */
  readonly exposures: Map<string, Exposure>;
}

/** The first decision at which a customer may have been treated otherwise in another arm. */
export interface Exposure {
  /** Epoch ms. */
  readonly at: number;
  readonly arm: string;
  /** Events of the customer that had come in by then, as far as they were counted. */
  readonly eventsBefore: number;
  /** Later decisions were made for another arm, because the customer turned out to be one with somebody else. */
  readonly metOtherArm: boolean;
}

export interface Conversion {
  /** Fingerprint of what it is known by. */
  readonly mark: number;
  /** Epoch ms; when it happened. */
  readonly at: number;
  readonly amount?: number;
  readonly told: ToldConversion;
}

export type ToldConversion =
  | { readonly kind: 'event'; readonly rules: readonly OutcomeRule[] }
  /** `treatment`: `action/treatment`. */
  | { readonly kind: 'reported'; readonly treatment: string };

/** Beyond so many, one more event before says no more about what somebody will do. */
export const eventsMax = 32;
const conversionsMax = 64;

export function newTrace(): CustomerTrace {
  return { events: [], conversions: [], conversionsLost: 0, exposures: new Map() };
}

export function addEvent({ events }: CustomerTrace, mark: number): void {
  if (events.length < eventsMax && !events.includes(mark)) events.push(mark);
}

export function addConversion(trace: CustomerTrace, conversion: Conversion): void {
  const { conversions } = trace;
  if (conversions.some(({ mark }) => mark === conversion.mark)) return;
  if (conversions.length < conversionsMax) conversions.push(conversion);
  else trace.conversionsLost += 1;
}

export function addExposure({ exposures }: CustomerTrace, experiment: string, exposure: Exposure): void {
  const known = exposures.get(experiment);
  if (known && known.at <= exposure.at && known.arm === exposure.arm) return;
  exposures.set(experiment, known ? earlier(known, exposure) : exposure);
}

/** What is known of all ids of one customer, in an order of the caller's that does not change. */
export function joinTraces(traces: readonly CustomerTrace[]): CustomerTrace {
  const [only, ...rest] = traces;
  if (only && rest.length === 0) return only;
  const joined = newTrace();
  for (const trace of traces) {
    for (const conversion of trace.conversions) addConversion(joined, conversion);
    joined.conversionsLost += trace.conversionsLost;
    for (const [experiment, exposure] of trace.exposures) {
      const known = joined.exposures.get(experiment);
      joined.exposures.set(experiment, known ? earlier(known, exposure) : exposure);
    }
  }
  return joined;
}

/** Of two exposures of one customer the first counts; of two at one moment, that of the arm that sorts first. */
function earlier(known: Exposure, other: Exposure): Exposure {
  const isKnown = known.at !== other.at ? known.at < other.at : known.arm <= other.arm;
  const metOtherArm = known.arm !== other.arm || known.metOtherArm || other.metOtherArm;
  return { ...(isKnown ? known : other), metOtherArm };
}
