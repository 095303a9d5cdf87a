export interface BreakerBounds {
  /** Failures in a row after which it is left alone. */
  readonly failuresMax: number;
  readonly restMs: number;
  /** Questions under way at once. */
  readonly atOnceMax: number;
}

/** Keeps questions away from a service that has enough to do, or fails. */
export class CircuitBreaker {
  readonly #bounds: BreakerBounds;
  #underWay = 0;
  #failures = 0;
  #restsUntil = 0;

  constructor(bounds: BreakerBounds) {
    this.#bounds = bounds;
  }

  /** Whether it failed so often that it is left alone. */
  get isOpen(): boolean {
    return this.#failures >= this.#bounds.failuresMax;
  }

  /** Whether a question may be asked now; whoever asks says afterwards, once, how it went. */
  admits(now: number): boolean {
    // After the rest one question finds out whether it answers again.
    if (this.isOpen && (now < this.#restsUntil || this.#underWay > 0)) return false;
    if (this.#underWay >= this.#bounds.atOnceMax) return false;
    this.#underWay += 1;
    return true;
  }

  succeeded(): void {
    this.#underWay -= 1;
    this.#failures = 0;
  }

  failed(now: number): void {
    this.#underWay -= 1;
    this.#failures += 1;
    this.#restsUntil = now + this.#bounds.restMs;
  }

  /** The question came to an end that says nothing about the service. */
  withdrawn(): void {
    this.#underWay -= 1;
  }
}
