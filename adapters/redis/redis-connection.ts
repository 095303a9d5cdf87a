import type { Cluster, Redis } from 'ioredis';
import { CodedError } from '../../engine/index.ts';
import { DeadlineError, storeUnavailable, withDeadline } from './deadline.ts';
import { tagOf } from './key-slot.ts';
import { RedisKeys } from './redis-keys.ts';
import {
  type Argument,
  callScript,
  chainScript,
  type RedisClient,
  type RedisScript,
} from './redis-script.ts';
import { askForPrimaries, primariesOf, Replicas } from './replicas.ts';

/** Of the deadline, how much a write waits for a replica. */
const replicaShare = 0.2;
/** How long the trace of a confirmation stays. */
const confirmationMs = 60_000;
/** How often to look whether a replica is attached. */
const lookMs = 1_000;
/** Whether a write waits for a replica: while one is attached, even if none is, or not at all. */
export type WaitMode = 'auto' | 'always' | 'never';

/** After so many deadlines without a single answer the socket is taken for dead and replaced. */
const silentDeadlinesMax = 3;

/**
 * One connection to Redis, under our own rules:
 *  1. every call settles: with its answer, or with NB_STORE_UNAVAILABLE when the deadline has passed;
 *  2. no command is ever sent twice, so a rejected write has an unknown outcome and its caller reads again;
 *  3. while the primary that a write goes to has a replica, the write resolves only once a replica has it. Without that
 *     a fail-over forgets what was already told to the outside, such as a contact that used up a cap.
 */
export class RedisConnection {
  readonly #client: RedisClient;
  readonly #deadlineMs: number;
  readonly #replicaMs: number;
  readonly #wait: WaitMode;
  readonly #notes: string[] = [];
  readonly #replicas = new Replicas();
  /** Hash tags under which something was written that no replica confirmed. */
  readonly #unconfirmed = new Set<string>();
  #heardAt = performance.now();
  #watch: NodeJS.Timeout | undefined;

  constructor(client: RedisClient, options: { readonly deadlineMs: number; readonly wait: WaitMode }) {
    this.#client = client;
    this.#deadlineMs = options.deadlineMs;
    this.#replicaMs = Math.ceil(replicaShare * options.deadlineMs);
    this.#wait = options.wait;
  }

  /** What an operator should know about the server's settings; empty when all is well. */
  get notes(): readonly string[] {
    return this.#notes;
  }

  /** Whether writes wait for a replica at the moment, wherever they go. */
  get waitsForReplica(): boolean {
    return this.#wait === 'always' || (this.#wait === 'auto' && this.#replicas.isComplete);
  }

  /** Called once by `connectRedis`. */
  async begin(): Promise<void> {
    this.#notes.push(...(await this.#evictionNotes()));
    if (this.#wait !== 'auto') return;
    await this.#lookForReplicas();
    this.#watch = setInterval(() => {
      // A look that fails changes nothing: the next one comes, and the calls tell their callers.
      this.#lookForReplicas().catch(() => undefined);
    }, lookMs);
    this.#watch.unref();
  }

  /** One command or pipeline that stores nothing. `what` ends the sentence "Redis did not ...". */
  async call<Result>(what: string, run: (client: RedisClient) => Promise<Result>): Promise<Result> {
    try {
      const result = await withDeadline(run(this.#client), this.#deadlineMs);
      this.#heardAt = performance.now();
      return result;
    } catch (error) {
      this.#noteSilence(error);
      throw storeUnavailable(what, error);
    }
  }

  /** A script that may store something. */
  async write(
    what: string,
    script: RedisScript,
    keys: readonly string[],
    args: readonly Argument[],
  ): Promise<unknown> {
    const tag = tagOf(keys[0] ?? '');
    if (!this.#expectsReplica(tag)) {
      return this.call(what, (client) => callScript(client, script, keys, args));
    }
    const { reply, replicas } = await this.call(what, (client) =>
      writeAndWait(client, { script, keys, args, tag, replicaMs: this.#replicaMs }),
    );
    await this.#judge(tag, replicas);
    return reply;
  }

  /** Rejects while something written here might still be forgotten by a fail-over. Nothing leaves before it resolves. */
  async confirm(): Promise<void> {
    for (const tag of [...this.#unconfirmed]) {
      const replicas = await this.call('confirm its writes', (client) =>
        waitUnder(client, tag, this.#replicaMs),
      );
      await this.#judge(tag, replicas);
    }
  }

  /**
   * The same for what was read under the key's tag, whoever wrote it: another node may have died, or still wait, before
   * a replica had it.
   */
  async confirmRead(key: string): Promise<void> {
    const tag = tagOf(key);
    if (!this.#expectsReplica(tag)) return;
    const replicas = await this.call('confirm what was read', (client) =>
      waitUnder(client, tag, this.#replicaMs),
    );
    await this.#judge(tag, replicas);
  }

  /** Every node that holds keys, each with its own share: all of them, or none. */
  primaries(): Promise<readonly Redis[]> {
    return this.call('name its primaries', askForPrimaries);
  }

  async close(): Promise<void> {
    clearInterval(this.#watch);
    try {
      await withDeadline(this.#client.quit(), this.#deadlineMs);
    } catch {
      // The server is away, so there is no farewell to wait for.
      this.#client.disconnect();
    }
  }

  async #judge(tag: string, replicas: number): Promise<void> {
    if (replicas >= 1) {
      this.#unconfirmed.delete(tag);
      return;
    }
    this.#unconfirmed.add(tag);
    // A replica that has gone for good must not stop the service: without one there is nothing to fail over to.
    if (this.#wait === 'auto') await this.#lookForReplicas();
    if (this.#expectsReplica(tag)) {
      throw new CodedError(
        'NB_STORE_UNAVAILABLE',
        `No replica of Redis confirmed a write within ${this.#replicaMs} ms`,
      );
    }
    this.#unconfirmed.delete(tag);
  }

  #expectsReplica(tag: string): boolean {
    if (this.#wait === 'auto') return this.#replicas.expectsOne(this.#client, tag);
    return this.#wait === 'always';
  }

  async #lookForReplicas(): Promise<void> {
    await this.call('report its replicas', (client) => this.#replicas.look(client));
  }

  async #evictionNotes(): Promise<readonly string[]> {
    try {
      const [node] = primariesOf(this.#client);
      const reply = await this.call('report its settings', async () =>
        node?.config('GET', 'maxmemory-policy'),
      );
      const policy = Array.isArray(reply) ? String(reply[1]) : 'unknown';
      if (policy === 'noeviction') return [];
      return [
        `Redis runs with maxmemory-policy ${policy}: when memory is full it deletes customers at will. Set it to noeviction.`,
      ];
    } catch {
      // Hosted services often forbid CONFIG.
      return ['Redis does not tell its maxmemory-policy. Make sure that it is noeviction.'];
    }
  }

  /** A socket whose other end vanished without a word looks healthy for minutes; a new one finds out. */
  #noteSilence(error: unknown): void {
    const isSilence =
      error instanceof DeadlineError || (error instanceof Error && error.message === 'Command timed out');
    if (!isSilence || isCluster(this.#client)) return;
    // Many calls may run out of time together, so it is the time without any answer that counts, not their number.
    if (performance.now() - this.#heardAt < silentDeadlinesMax * this.#deadlineMs) return;
    this.#heardAt = performance.now();
    this.#client.disconnect(true);
  }
}

interface Write {
  readonly script: RedisScript;
  readonly keys: readonly string[];
  readonly args: readonly Argument[];
  readonly tag: string;
  /** How long to wait for a replica. */
  readonly replicaMs: number;
}

/** The script's reply, and how many replicas have what it wrote. */
async function writeAndWait(
  client: RedisClient,
  { script, keys, args, tag, replicaMs }: Write,
): Promise<{ readonly reply: unknown; readonly replicas: number }> {
  // In one pipeline, because WAIT speaks of what its own connection wrote, in a cluster as on a single node.
  const pipeline = client.pipeline();
  chainScript(pipeline, script, keys, args);
  pipeline.wait(1, replicaMs);
  const replies = await pipeline.exec();
  if (!isNotRun(replies?.[0]?.[0])) {
    const [reply, replicas] = unwrap(replies);
    return { reply, replicas: Number(replicas) };
  }
  return {
    reply: await callScript(client, script, keys, args),
    replicas: await waitUnder(client, tag, replicaMs),
  };
}

/**
 * The node does not hold the slot any more, or never saw the script, as after a fail-over: it did nothing. A pipeline
 * does not get over that by itself, a single call does.
 */
function isNotRun(error: Error | null | undefined): boolean {
  return /^(MOVED|ASK|NOSCRIPT) ?/.test(error?.message ?? '');
}

/** How many replicas have everything written under a tag before now: WAIT asks after the last write of its connection. */
async function waitUnder(client: RedisClient, tag: string, replicaMs: number): Promise<number> {
  const pipeline = client.pipeline();
  pipeline.set(RedisKeys.confirmation(tag), '1', 'PX', confirmationMs);
  pipeline.wait(1, replicaMs);
  const [, replicas] = unwrap(await pipeline.exec());
  return Number(replicas);
}

function isCluster(client: RedisClient): client is Cluster {
  return client.isCluster;
}

/** The values of a pipeline; rejects with the first error among them. */
export function unwrap(replies: readonly (readonly [Error | null, unknown])[] | null): readonly unknown[] {
  if (replies === null) throw new Error('the pipeline was discarded');
  return replies.map(([error, value]) => {
    if (error !== null) throw error;
    return value;
  });
}
