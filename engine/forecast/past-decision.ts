import type { DecideInput } from '../decide/decide-input.ts';
import type { Decision } from '../model/decision.ts';
import type { LogMessage } from '../model/log-message.ts';

/** A decision of the log: what it was made on, with the rulebook that made it, and what it was. */
export interface PastDecision {
  readonly input: DecideInput;
  readonly decision: Decision;
}

/** What a forecast is made of, in the order of time; of one moment, messages before decisions. */
export type ForecastStep =
  | { readonly kind: 'message'; readonly message: LogMessage }
  | { readonly kind: 'decision'; readonly logged: PastDecision };
