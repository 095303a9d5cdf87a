import type { Cluster, Redis } from 'ioredis';
import { CodedError } from '../../engine/index.ts';
import { DeadlineError, storeUnavailable, withDeadline } from './deadline.ts';
import { callScript, chainScript, type RedisClient, type RedisScript } from './redis-script.ts';

/** How long a write waits for a replica. */
const replicaMs = 300;
/** How often to look whether a replica is attached. */
const lookMs = 5_000;
/** After so many deadlines without a single answer the socket is taken for dead and replaced. */
const silentDeadlinesMax = 3;

/**
 * One connection to Redis, under our own rules:
 *  1. every call settles: with its answer, or with NB_STORE_UNAVAILABLE when the deadline has passed;
 *  2. no command is ever sent twice, so a rejected write has an unknown outcome and its caller reads again;
 *  3. while a replica is attached, a write resolves only once a replica has it. Without that a fail-over forgets what
 *     was already told to the outside, such as a contact that used up a cap.
 */
export class RedisConnection {
  readonly #client: RedisClient;
  readonly #deadlineMs: number;
  readonly #waits: boolean;
  readonly #notes: string[] = [];
  #hasReplica = false;
  /** True from a write that no replica confirmed until one confirms it. */
  #isUnconfirmed = false;
  #heardAt = performance.now();
  #watch: NodeJS.Timeout | undefined;

  constructor(client: RedisClient, options: { readonly deadlineMs: number; readonly waits: boolean }) {
    this.#client = client;
    this.#deadlineMs = options.deadlineMs;
    this.#waits = options.waits;
  }

  /** What an operator should know about the server's settings; empty when all is well. */
  get notes(): readonly string[] {
    return this.#notes;
  }

  /** Whether writes wait for a replica at the moment. */
  get waitsForReplica(): boolean {
    return this.#hasReplica;
  }

  /** Called once by `connectRedis`. */
  async begin(): Promise<void> {
    this.#notes.push(...(await this.#evictionNotes()));
    if (!this.#waits) return;
    await this.#lookForReplica();
    this.#watch = setInterval(() => {
      // A look that fails changes nothing: the next one comes, and the calls tell their callers.
      this.#lookForReplica().catch(() => undefined);
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
    args: readonly (string | number)[],
  ): Promise<unknown> {
    if (!this.#hasReplica) return this.call(what, (client) => callScript(client, script, keys, args));
    const [reply, replicas] = await this.call(what, async (client) => {
      // In one pipeline, because WAIT speaks of what its own connection wrote, in a cluster as on a single node.
      const pipeline = client.pipeline();
      chainScript(pipeline, script, keys, args);
      pipeline.wait(1, replicaMs);
      return unwrap(await pipeline.exec());
    });
    await this.#judge(replicas);
    return reply;
  }

  /** Rejects while something written here might still be forgotten by a fail-over. Nothing leaves before it resolves. */
  async confirm(): Promise<void> {
    if (!this.#isUnconfirmed) return;
    const replicas = await this.call('confirm its writes', (client) => client.wait(1, replicaMs));
    await this.#judge(replicas);
  }

  /** Every node that holds keys, each with its own share. */
  primaries(): readonly Redis[] {
    return isCluster(this.#client) ? this.#client.nodes('master') : [this.#client];
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

  async #judge(replicas: unknown): Promise<void> {
    this.#isUnconfirmed = Number(replicas) < 1;
    if (!this.#isUnconfirmed) return;
    // A replica that has gone for good must not stop the service: without one there is nothing to fail over to.
    await this.#lookForReplica();
    if (this.#hasReplica) {
      throw new CodedError(
        'NB_STORE_UNAVAILABLE',
        `No replica of Redis confirmed a write within ${replicaMs} ms`,
      );
    }
    this.#isUnconfirmed = false;
  }

  async #lookForReplica(): Promise<void> {
    const nodes = this.primaries();
    const reports = await this.call('report its replicas', () =>
      Promise.all(nodes.map((node) => node.info('replication'))),
    );
    this.#hasReplica =
      reports.length > 0 && reports.every((report) => /^slave\d+:.*state=online/m.test(report));
  }

  async #evictionNotes(): Promise<readonly string[]> {
    try {
      const [node] = this.primaries();
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
