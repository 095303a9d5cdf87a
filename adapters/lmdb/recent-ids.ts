/** Ids are remembered for at least one such span and for less than two. */
export const generationMs = 60_000;
const idsPerGenerationMax = 100_000;

/** The ids of the last one to two minutes, in two generations so that forgetting costs nothing; bounded in number too. */
export class RecentIds {
  #current = new Set<string>();
  #previous: Set<string>;
  #turnedAt: number;

  /** Starts with ids that are up to one span old already; they are remembered for one more. */
  constructor(recalled: Iterable<string>, now: number) {
    this.#previous = new Set(recalled);
    this.#turnedAt = now;
  }

  has(id: string, now: number): boolean {
    this.#turn(now);
    return this.#current.has(id) || this.#previous.has(id);
  }

  add(id: string, now: number): void {
    this.#turn(now);
    this.#current.add(id);
  }

  #turn(now: number): void {
    const age = now - this.#turnedAt;
    // A clock that was set back makes the age negative; then the times here mean nothing any more.
    const outdated = age < 0 || age >= generationMs;
    if (!outdated && this.#current.size < idsPerGenerationMax) return;
    this.#previous = age < 0 || age >= 2 * generationMs ? new Set() : this.#current;
    this.#current = new Set();
    this.#turnedAt = now;
  }
}
