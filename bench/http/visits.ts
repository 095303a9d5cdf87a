import { Random } from '../measure/random.ts';
import { postOf } from './http-connection.ts';

/** How many visitors are on the site at a time, and how often each asks before the next one comes. */
const openVisits = 500;
export const requestsPerVisit = 8;

/**
 * Requests as a shop sends them: known customers, drawn from all with the same chance, look at a few pages and leave
 * again. So most requests are for somebody whom the server has just seen, and one in eight is not.
 */
export class Visits {
  readonly #random: Random;
  readonly #customers: number;
  readonly #visits: { request: string; left: number }[] = [];

  constructor(customers: number, seed: number) {
    this.#customers = customers;
    this.#random = new Random(seed);
    for (let number = 0; number < openVisits; number += 1) {
      this.#visits.push({ request: this.#request(), left: this.#random.between(1, requestsPerVisit) });
    }
  }

  /** The text of the next request. */
  readonly next = (): string => {
    const visit = this.#random.pick(this.#visits);
    const { request } = visit;
    visit.left -= 1;
    if (visit.left === 0) {
      visit.request = this.#request();
      visit.left = requestsPerVisit;
    }
    return request;
  };

  #request(): string {
    const userId = `customer-${100_000 + this.#random.between(0, this.#customers - 1)}`;
    return postOf('/v1/decide', {
      customer: { userId },
      placements: ['home-hero'],
      context: { page: 'home' },
    });
  }
}
