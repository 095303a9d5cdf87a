import type { TestServer } from '../../test/support/server-process.ts';
import { askDecisions, customers, sendEvents } from '../capacity/load.ts';
import { type NextbestServer, startNextbest } from '../capacity/nextbest-server.ts';

/** One deployment: so many server processes that share its partitions, on a Redis and a NATS that all deployments share. */
export interface Deployment {
  readonly name: string;
  readonly servers: readonly NextbestServer[];
  readonly stop: () => Promise<void>;
}

export interface Rates {
  readonly decisions: number;
  readonly events: number;
}

interface Backing {
  readonly redis: TestServer;
  readonly nats: TestServer;
}

export async function startDeployment({ redis, nats }: Backing, processes: number): Promise<Deployment> {
  const name = `with${processes}`;
  const env = { NEXTBEST_REDIS_URL: redis.url, NEXTBEST_NATS_URL: nats.url, NEXTBEST_TENANT: name };
  const servers: NextbestServer[] = [];
  const stop = async () => {
    await Promise.all(servers.map((server) => server.stop()));
  };
  try {
    for (let number = 0; number < processes; number += 1) servers.push(await startNextbest(env));
  } catch (error) {
    await stop();
    throw error;
  }
  return { name, servers, stop };
}

/** Decisions a second, then events a second until the last one is applied; the load is dealt evenly to the processes. */
export async function ratesOf({ name, servers }: Deployment, ms: number, turn: number): Promise<Rates> {
  const asking = performance.now();
  // Elsewhere in the row of customers for each: nobody asks two servers for one customer at once again and again.
  const apart = Math.floor(customers / servers.length);
  const asked = await Promise.all(servers.map(({ url }, server) => askDecisions(url, ms, server * apart)));
  const decisions = (sum(asked) * 1_000) / (performance.now() - asking);
  await standStill(servers);
  const sending = performance.now();
  const sent = await Promise.all(
    servers.map(({ url }, server) => sendEvents(url, ms, `${name}-${turn}-${server}`)),
  );
  const stoodStillAt = await standStill(servers);
  return { decisions, events: (sum(sent) * 1_000) / (stoodStillAt - sending) };
}

const lookMs = 100;

/** When the last message was applied that has been taken in, to about a tenth of a second: two looks find as many. */
async function standStill(servers: readonly NextbestServer[]): Promise<number> {
  let before = Number.NaN;
  let since = performance.now();
  for (;;) {
    const looked = performance.now();
    const applied = sum(await Promise.all(servers.map(appliedBy)));
    if (applied === before) return since;
    before = applied;
    since = looked;
    await new Promise((resolve) => setTimeout(resolve, lookMs));
  }
}

async function appliedBy({ url }: NextbestServer): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return Number(/^nextbest_messages_applied_total\S* (\S+)$/m.exec(text)?.[1] ?? 0);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
