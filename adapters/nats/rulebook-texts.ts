import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { limits, type RuleText } from '../../engine/index.ts';
import type { Clock, Ids } from '../../engine/ports.ts';
import type { JetStreamConnection } from './connect-nats.ts';
import type { RulebookBucket } from './open-rulebook-bucket.ts';

/** Where the texts of a book are: the keys `texts.<id>.0` to `texts.<id>.<chunks - 1>`. */
export interface TextsPlace {
  readonly id: string;
  readonly chunks: number;
}

const chunkBytesMax = 512 * 1024;
/** Texts that nothing refers to are left alone for so long: their publisher may be about to. */
const orphanMsMax = 3_600_000;
const pack = promisify(gzip);
const unpack = promisify(gunzip);

/**
 * The texts of books, packed and cut into pieces that a message can hold. Every publication has keys of its own, so that
 * clearing away an old one can never meet a new one of the same content.
 */
export class RulebookTexts {
  readonly #connection: JetStreamConnection;
  readonly #bucket: RulebookBucket;
  readonly #world: { readonly clock: Clock; readonly ids: Ids };

  constructor(
    connection: JetStreamConnection,
    bucket: RulebookBucket,
    world: { readonly clock: Clock; readonly ids: Ids },
  ) {
    this.#connection = connection;
    this.#bucket = bucket;
    this.#world = world;
  }

  async store(files: readonly RuleText[]): Promise<TextsPlace> {
    const { clock, ids } = this.#world;
    const packed = await pack(JSON.stringify(files));
    const id = `${clock.now().toString(36)}-${ids.nonce()}`;
    // Beside the piece itself a message has its subject and headers.
    const size = Math.min(chunkBytesMax, Math.floor((this.#connection.nats.info?.max_payload ?? 0) / 2));
    const chunks = Math.ceil(packed.length / size);
    for (let index = 0; index < chunks; index += 1) {
      const piece = packed.subarray(index * size, (index + 1) * size);
      await this.#bucket.kv.put(keyOf(id, index), piece);
    }
    return { id, chunks };
  }

  /** Undefined when they were cleared away, possibly while they were being read. */
  async load({ id, chunks }: TextsPlace): Promise<readonly RuleText[] | undefined> {
    const pieces: Uint8Array[] = [];
    for (let index = 0; index < chunks; index += 1) {
      const entry = await this.#bucket.kv.get(keyOf(id, index));
      if (entry === null || entry.operation !== 'PUT') return undefined;
      pieces.push(entry.value);
    }
    const text = await unpack(Buffer.concat(pieces), { maxOutputLength: 4 * limits.ruleBookBytesMax });
    return JSON.parse(text.toString('utf8')) as readonly RuleText[];
  }

  /** Clears away what is not among `wanted`: at once where it is among `dropped`, else once it is old. */
  async clear(wanted: readonly TextsPlace[], dropped: readonly TextsPlace[]): Promise<void> {
    const { stream, prefix } = this.#bucket;
    const { state } = await this.#connection.manager.streams.info(stream, {
      subjects_filter: `${prefix}texts.>`,
    });
    const ids = new Set(Object.keys(state.subjects ?? {}).map((subject) => idOf(subject, prefix)));
    for (const { id } of wanted) ids.delete(id);
    for (const id of ids) {
      if (!dropped.some((place) => place.id === id) && !this.#isOld(id)) continue;
      // Not by the bucket's own deletion, which leaves a marker behind for every key.
      await this.#connection.manager.streams.purge(stream, { filter: `${prefix}texts.${id}.>` });
    }
  }

  #isOld(id: string): boolean {
    const storedAt = Number.parseInt(id.split('-', 1)[0] ?? '', 36);
    return storedAt < this.#world.clock.now() - orphanMsMax;
  }
}

function keyOf(id: string, index: number): string {
  return `texts.${id}.${index}`;
}

function idOf(subject: string, prefix: string): string {
  return subject.slice(`${prefix}texts.`.length).split('.', 1)[0] ?? '';
}
