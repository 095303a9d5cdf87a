import type { AddressInfo } from 'node:net';
import fastify from 'fastify';
import { DecideAnswerBody, DecideBody } from '../../adapters/http/schemas-decide.ts';

/**
 * The least that a decision over HTTP can cost in this framework: the schema of the same body is checked, and the same
 * answer, handed over in BENCH_ANSWER, leaves through the same schema; nothing is done for it.
 *
 * With BENCH_STALL_MS it holds its process up once for so long, BENCH_STALL_AFTER_MS after the first request.
 */
const answer: unknown = JSON.parse(process.env.BENCH_ANSWER ?? '{}');
const stallMs = Number(process.env.BENCH_STALL_MS ?? 0);
const stallAfterMs = Number(process.env.BENCH_STALL_AFTER_MS ?? 0);
const server = fastify({ logger: false, ajv: { customOptions: { allowUnionTypes: true } } });
let stallAt = stallMs > 0 ? undefined : Number.POSITIVE_INFINITY;

server.post('/v1/decide', { schema: { body: DecideBody, response: { 200: DecideAnswerBody } } }, async () => {
  const now = performance.now();
  stallAt ??= now + stallAfterMs;
  if (now >= stallAt) {
    stallAt = Number.POSITIVE_INFINITY;
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, stallMs);
  }
  return answer;
});

await server.listen({ host: '127.0.0.1', port: 0 });
const { port } = server.server.address() as AddressInfo;
process.stdout.write(`the plain route is up on http://127.0.0.1:${port},\n`);
process.once('SIGTERM', () => process.exit(0));
