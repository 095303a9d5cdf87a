import type { DecisionStream, PublishedDecision } from '../../engine/ports.ts';
import { type Life, type Network, unavailable } from './network.ts';

const dedupeMs = 600_000;

/** The stream on which decisions leave. What is in it was seen by the channels. */
export class SimulatedStream {
  readonly published: PublishedDecision[] = [];
  readonly #network: Network;
  readonly #recent = new Map<string, number>();
  readonly #dedupes: boolean;

  constructor(network: Network, options: { readonly dedupes: boolean }) {
    this.#network = network;
    this.#dedupes = options.dedupes;
  }

  portFor(life: Life): DecisionStream {
    return {
      publish: (decisions) => this.#network.call(life, 'decisions', () => this.#publish(decisions)),
      subscribe: () => {
        throw new Error('nobody subscribes in the simulation: the verifier reads what was published');
      },
    };
  }

  async #publish(decisions: readonly PublishedDecision[]): Promise<void> {
    const { random, weather, scheduler } = this.#network;
    const stored = random.chance(weather.loss)
      ? decisions.slice(0, random.below(decisions.length + 1))
      : decisions;
    for (const decision of stored) {
      const before = this.#recent.get(decision.id);
      if (this.#dedupes && before !== undefined && scheduler.now - before < dedupeMs) continue;
      this.#recent.set(decision.id, scheduler.now);
      this.published.push(JSON.parse(JSON.stringify(decision)) as PublishedDecision);
    }
    if (stored !== decisions) throw unavailable('decisions', 'the connection was lost');
  }
}
