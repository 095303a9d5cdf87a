import { JetStreamApiCodes, JetStreamApiError } from '@nats-io/jetstream';
import type { KvEntry } from '@nats-io/kv';
import {
  assert,
  emptyHistory,
  type RulebookHistory,
  type RuleText,
  type Tenant,
} from '../../engine/index.ts';
import type { Clock, HistoryChange, Ids, RulebookArchive, StoredHistory } from '../../engine/ports.ts';
import type { JetStreamConnection } from './connect-nats.ts';
import { KeyWatch } from './key-watch.ts';
import { logUnavailable, messageOf } from './nats-errors.ts';
import { openRulebookBucket, type RulebookBucket } from './open-rulebook-bucket.ts';
import { RulebookTexts, type TextsPlace } from './rulebook-texts.ts';

/** What stands under the key `history`. */
interface HistoryRecord {
  readonly history: RulebookHistory;
  /** By version. */
  readonly texts: Readonly<Record<string, TextsPlace>>;
}

interface StoredRecord extends HistoryRecord {
  readonly revision: number;
}

const historyKey = 'history';

/**
 * The published rulebooks of one tenant in a key-value bucket, shared by all nodes. The history is one key, whose revision
 * is compared when it is set. Texts are stored before the history that refers to them, and cleared away after it.
 */
export class NatsRulebookArchive implements RulebookArchive {
  readonly #connection: JetStreamConnection;
  readonly #bucket: RulebookBucket;
  readonly #texts: RulebookTexts;

  private constructor(
    connection: JetStreamConnection,
    bucket: RulebookBucket,
    world: { readonly clock: Clock; readonly ids: Ids },
  ) {
    this.#connection = connection;
    this.#bucket = bucket;
    this.#texts = new RulebookTexts(connection, bucket, world);
  }

  static async open(options: {
    readonly connection: JetStreamConnection;
    readonly tenant: Tenant;
    /** Copies of the bucket; 1 or 3. */
    readonly replicas?: number;
    /** False: a bucket that exists stays as it is. */
    readonly adjusts?: boolean;
    readonly clock: Clock;
    readonly ids: Ids;
  }): Promise<NatsRulebookArchive> {
    const bucket = await openRulebookBucket(options.connection, options);
    return new NatsRulebookArchive(options.connection, bucket, options);
  }

  async read(): Promise<StoredHistory> {
    const { revision, history } = await this.#read();
    return { revision, history };
  }

  async replace({ expected, history, added }: HistoryChange) {
    const before = await this.#read();
    if (before.revision !== expected) return { kind: 'conflict' } as const;
    const place = added && (await this.#orUnavailable('store a rulebook', this.#texts.store(added.files)));
    const kept = { ...before.texts, ...(added && place && { [added.version]: place }) };
    const texts = Object.fromEntries(
      history.books.map(({ version }) => {
        const found = kept[version];
        assert(found !== undefined, `rulebook ${version} comes without texts`);
        return [version, found] as const;
      }),
    );
    const revision = await this.#set(expected, { history, texts });
    if (revision === undefined) return { kind: 'conflict' } as const;
    const wanted = Object.values(texts);
    const dropped = Object.values(before.texts).filter(({ id }) => !wanted.some((one) => one.id === id));
    if (added !== undefined || dropped.length > 0) await this.#clear(wanted, dropped);
    return { kind: 'replaced', revision } as const;
  }

  async texts(version: string): Promise<readonly RuleText[] | undefined> {
    const place = (await this.#read()).texts[version];
    if (place === undefined) return undefined;
    return this.#orUnavailable('hand out a rulebook', this.#texts.load(place));
  }

  async watch(onChange: (stored: StoredHistory) => void): Promise<{ close(): Promise<void> }> {
    const { kv } = this.#bucket;
    const note = (text: string) => this.#connection.note(text);
    return this.#orUnavailable(
      'let the rulebook in force be watched',
      KeyWatch.open({
        kv,
        key: historyKey,
        note,
        onEntry: (entry) => {
          const { revision, history } = recordOf(entry);
          onChange({ revision, history });
        },
      }),
    );
  }

  async #read(): Promise<StoredRecord> {
    return recordOf(await this.#orUnavailable('tell the rulebook in force', this.#bucket.kv.get(historyKey)));
  }

  /** The new revision; undefined when another change came first. */
  async #set(expected: number, record: HistoryRecord): Promise<number | undefined> {
    try {
      return await this.#bucket.kv.put(historyKey, JSON.stringify(record), { previousSeq: expected });
    } catch (error) {
      if (isWrongRevision(error)) return undefined;
      throw logUnavailable('take a rulebook into force', error);
    }
  }

  /** The change holds already; what is left over is cleared away by the next one. */
  async #clear(wanted: readonly TextsPlace[], dropped: readonly TextsPlace[]): Promise<void> {
    try {
      await this.#texts.clear(wanted, dropped);
    } catch (error) {
      this.#connection.note(`The texts of old rulebooks were not cleared away: ${messageOf(error)}`);
    }
  }

  async #orUnavailable<Value>(what: string, answer: Promise<Value>): Promise<Value> {
    try {
      return await answer;
    } catch (error) {
      throw logUnavailable(what, error);
    }
  }
}

/** A key that was deleted has a revision as well, from which the next change is made. */
function recordOf(entry: KvEntry | null): StoredRecord {
  if (entry === null) return { revision: 0, history: emptyHistory, texts: {} };
  const { revision } = entry;
  if (entry.operation !== 'PUT') return { revision, history: emptyHistory, texts: {} };
  return { ...entry.json<HistoryRecord>(), revision };
}

function isWrongRevision(error: unknown): boolean {
  return (
    error instanceof JetStreamApiError &&
    (error.code === JetStreamApiCodes.StreamWrongLastSequence ||
      error.code === JetStreamApiCodes.StreamWrongLastSequenceUnknown)
  );
}
