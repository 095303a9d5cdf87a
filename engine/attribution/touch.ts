/** Something that was put before a customer, as far as an outcome may be put down to it. Times in epoch ms. */
export interface Touch {
  readonly at: number;
  /** When it was seen first; absent: it was not, as far as is known. */
  readonly viewedAt?: number;
}

/** Which touches an outcome may be put down to. */
export interface OutcomeReach {
  /** When the outcome came. */
  readonly at: number;
  /** How long after a touch an outcome still belongs to it. */
  readonly windowMs: number;
}

/** An outcome belongs to a touch that was there before it, or at its very moment, and not as long ago as the window. */
export function isInReach(touch: Touch, { at, windowMs }: OutcomeReach): boolean {
  return touch.at <= at && touch.at > at - windowMs;
}

/** Nobody acts on what was seen only later. */
export function isViewedBy({ viewedAt }: Pick<Touch, 'viewedAt'>, at: number): boolean {
  return viewedAt !== undefined && viewedAt <= at;
}
