import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import fastify from 'fastify';
import { DecideAnswerBody, DecideBody } from '../../adapters/http/schemas-decide.ts';
import { connectRedis } from '../../adapters/redis/connect-redis.ts';
import { RedisStateStore } from '../../adapters/redis/redis-state-store.ts';
import { RandomIds } from '../../adapters/system/random-ids.ts';
import { systemClock } from '../../adapters/system/system-clock.ts';
import type { CustomerKey, DecisionId, Nonce, Tenant } from '../../engine/index.ts';
import type { Commit } from '../../engine/ports.ts';
import { readCommits } from './captured-commits.ts';

/**
 * The plain route with nothing behind it but the store: each request makes one commit as decisions do (BENCH_COMMITS: a
 * file of them), by the same script and of the same sizes, under a tenant of its own (BENCH_REDIS_URL). Nothing is
 * decided, encoded or sent on.
 */
const answer: unknown = JSON.parse(process.env.BENCH_ANSWER ?? '{}');
const templates = readCommits(readFileSync(process.env.BENCH_COMMITS ?? '', 'utf8'));
const connection = await connectRedis({ url: process.env.BENCH_REDIS_URL ?? '' });
const tenant = 'baseline' as Tenant;
const store = new RedisStateStore({ connection, tenant, clock: systemClock });
const ids = new RandomIds();
/** The newest version of each document. */
const versions = new Map<string, Nonce>();
/** Their documents take turns. */
const customersPerTemplate = 100;
let turn = 0;

function nextCommit(): Commit {
  const template = templates[turn % templates.length] as Commit;
  const number = 100_000 + (Math.floor(turn / templates.length) % customersPerTemplate);
  turn += 1;
  const customer = `u:baseline-${number}` as CustomerKey;
  const id = `${template.onceBy?.slice(0, -12)}${ids.nonce()}` as DecisionId;
  const now = Date.now();
  return {
    ...template,
    onceBy: id,
    documents: template.documents.map(({ value }) => {
      const nonce = ids.nonce();
      const key = `${customer}.${template.partition}`;
      const write = { key, expected: versions.get(key), nonce, value };
      versions.set(key, nonce);
      return write;
    }),
    records: template.records.map((record) => ({ ...record, id, customer, expiresAt: now + recordMs })),
  };
}

const recordMs = 7 * 24 * 3_600_000;
const server = fastify({ logger: false, ajv: { customOptions: { allowUnionTypes: true } } });

server.post('/v1/decide', { schema: { body: DecideBody, response: { 200: DecideAnswerBody } } }, async () => {
  const { kind } = await store.commit(nextCommit());
  if (kind !== 'committed') throw new Error(`a commit was refused: ${kind}`);
  return answer;
});

await server.listen({ host: '127.0.0.1', port: 0 });
const { port } = server.server.address() as AddressInfo;
process.stdout.write(`the commit route is up on http://127.0.0.1:${port},\n`);
process.once('SIGTERM', () => process.exit(0));
