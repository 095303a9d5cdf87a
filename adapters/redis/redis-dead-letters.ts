import type { Partition } from '../../engine/index.ts';
import type { DeadLetter } from '../../engine/ports.ts';
import { type RedisConnection, unwrap } from './redis-connection.ts';
import type { RedisKeys } from './redis-keys.ts';
import { textOfOwned } from './stored-forms.ts';

/**
 * The dead letters of the partitions, which the commit script puts there. A letter's key expires by itself; its
 * sequence stays in the list until the script comes past it.
 */
export class RedisDeadLetters {
  readonly #redis: RedisConnection;
  readonly #keys: RedisKeys;

  constructor(redis: RedisConnection, keys: RedisKeys) {
    this.#redis = redis;
    this.#keys = keys;
  }

  async read(partition: Partition, after: number, limit: number): Promise<readonly DeadLetter[]> {
    const letters: DeadLetter[] = [];
    let last = after;
    while (letters.length < limit) {
      const sequences = await this.#sequences(partition, last, limit - letters.length);
      if (sequences.length === 0) break;
      letters.push(...(await this.#open(partition, sequences)));
      last = Number(sequences.at(-1));
    }
    return letters;
  }

  async clear(partition: Partition, sequences: readonly number[]): Promise<void> {
    if (sequences.length === 0) return;
    const keys = sequences.map((sequence) => this.#keys.deadLetter(partition, sequence));
    await this.#redis.call('clear dead letters', async (client) => {
      const pipeline = client.pipeline();
      pipeline.del(...keys);
      pipeline.zrem(this.#keys.deadLetters(partition), ...sequences);
      unwrap(await pipeline.exec());
    });
  }

  #sequences(partition: Partition, after: number, limit: number): Promise<readonly string[]> {
    const key = this.#keys.deadLetters(partition);
    return this.#redis.call('list dead letters', (client) =>
      client.zrangebyscore(key, `(${after}`, '+inf', 'LIMIT', 0, limit),
    );
  }

  /** Those that have not expired. */
  async #open(partition: Partition, sequences: readonly string[]): Promise<readonly DeadLetter[]> {
    const keys = sequences.map((sequence) => this.#keys.deadLetter(partition, Number(sequence)));
    const texts = await this.#redis.call('return dead letters', (client) => client.mget(keys));
    return texts.flatMap((text) => (text === null ? [] : [JSON.parse(textOfOwned(text)) as DeadLetter]));
  }
}
