import { limits } from '../limits.ts';

/** Keeps questions away from a service that has enough to do, or fails. */
export class CircuitBreaker {
  #underWay = 0;
  #failures = 0;
  #restsUntil = 0;

  /** Whether a question may be asked now; whoever asks says afterwards how it went. */
  admits(now: number): boolean {
    const isTroubled = this.#failures >= limits.enrichmentFailuresMax;
    // After the rest one question finds out whether it answers again.
    if (isTroubled && (now < this.#restsUntil || this.#underWay > 0)) return false;
    if (this.#underWay >= limits.enrichmentsMax) return false;
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
    this.#restsUntil = now + limits.enrichmentRestMs;
  }
}
