import { CodedError } from '../../engine/index.ts';
import { withDeadline } from './deadline.ts';
import { describeAddress, parseRedisAddress, type RedisAddress } from './redis-address.ts';
import { createRedisClient } from './redis-client.ts';
import { RedisConnection, type WaitMode } from './redis-connection.ts';
import type { RedisClient } from './redis-script.ts';

export interface RedisSettings {
  /** `redis://`, `rediss://`, `redis+cluster://`, or several addresses parted by commas for a cluster. */
  readonly url: string;
  /**
   * `auto`: while a replica is attached, a write counts as done once a replica has it; in a cluster, while every
   * primary has one. A primary that sees its replica leave goes on alone, and what it takes then is lost with it.
   * `always`: without a replica nothing is written. `never`: once the primary has it, and a fail-over may forget it.
   */
  readonly wait?: WaitMode;
  /** A command that is not answered in this time has failed; a fifth of it is how long a write waits for a replica. */
  readonly deadlineMs?: number;
  /** How long to go on trying at the start. */
  readonly connectMs?: number;
}

/** Connects, or says with NB_STORE_UNAVAILABLE what is in the way, or with NB_CONFIG what is wrong with the settings. */
export async function connectRedis(settings: RedisSettings): Promise<RedisConnection> {
  const address = parseRedisAddress(settings.url);
  const deadlineMs = settings.deadlineMs ?? 1_500;
  const client = createRedisClient(address, deadlineMs);
  await becomeReady(client, address, settings.connectMs ?? 10_000);
  const connection = new RedisConnection(client, { deadlineMs, wait: settings.wait ?? 'auto' });
  await connection.begin();
  return connection;
}

async function becomeReady(client: RedisClient, address: RedisAddress, connectMs: number): Promise<void> {
  let lastProblem: unknown = new Error('it does not answer');
  const ready = new Promise<void>((resolve, reject) => {
    client.once('ready', () => resolve());
    client.on('error', (problem: Error) => {
      lastProblem = problem;
      if (isRefusal(problem)) reject(problem);
    });
  });
  // The first attempt may fail while the client keeps trying; `ready` and the deadline decide.
  client.connect().catch((problem: unknown) => {
    lastProblem = problem;
  });
  try {
    await withDeadline(ready, connectMs);
  } catch {
    client.disconnect();
    throw cannotConnect(address, lastProblem);
  }
}

/** Trying again does not make a wrong password right. */
function isRefusal(problem: Error): boolean {
  return /^(NOAUTH|WRONGPASS|NOPERM)|invalid password/i.test(problem.message);
}

function cannotConnect(address: RedisAddress, problem: unknown): CodedError {
  const message = problem instanceof Error ? problem.message : String(problem);
  const where = describeAddress(address);
  if (problem instanceof Error && isRefusal(problem)) {
    const detail = `Redis at ${where} refuses the credentials: ${message}. Check the user and password in the address.`;
    return new CodedError('NB_CONFIG', detail, { cause: problem });
  }
  const detail = `Redis at ${where} cannot be reached: ${message}. Check that it runs and that the address is right.`;
  return new CodedError('NB_STORE_UNAVAILABLE', detail, { cause: problem });
}
