import { Bell, WaitingReader } from '../../engine/index.ts';
import type { DecisionReader, DecisionStream, PublishedDecision, Timing } from '../../engine/ports.ts';

interface Published {
  readonly sequence: number;
  readonly channel: string;
  /** As JSON: what does not survive JSON does not survive a real stream. */
  readonly json: string;
}

/** The decision stream of one tenant in the memory of this process. It keeps everything, and every id for ever. */
export class MemoryDecisionStream implements DecisionStream {
  readonly #timing: Timing;
  readonly #published: Published[] = [];
  readonly #ids = new Set<string>();
  readonly #bell = new Bell();

  constructor(world: { readonly timing: Timing }) {
    this.#timing = world.timing;
  }

  async publish(decisions: readonly PublishedDecision[]): Promise<void> {
    for (const decision of decisions) {
      if (this.#ids.has(decision.id)) continue;
      this.#ids.add(decision.id);
      const sequence = this.#published.length + 1;
      this.#published.push({ sequence, channel: decision.channel, json: JSON.stringify(decision) });
    }
    this.#bell.ring();
  }

  subscribe(options: { readonly channel?: string; readonly after?: number }): DecisionReader {
    let position = options.after ?? this.#published.length;
    const take = (max: number) => {
      const found: { readonly sequence: number; readonly decision: PublishedDecision }[] = [];
      while (position < this.#published.length && found.length < max) {
        const entry = this.#published[position];
        position += 1;
        if (entry === undefined || (options.channel !== undefined && entry.channel !== options.channel))
          continue;
        found.push({ sequence: entry.sequence, decision: JSON.parse(entry.json) as PublishedDecision });
      }
      return found;
    };
    return new WaitingReader({ take, bell: this.#bell, timing: this.#timing });
  }
}
