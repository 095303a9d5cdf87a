import { startNextbest } from '../capacity/nextbest-server.ts';
import { arrivals } from './arrivals.ts';
import { postOf } from './http-connection.ts';
import { type OpenLoopResult, runOpenLoop } from './open-loop.ts';

export interface Stall {
  readonly perSecond: number;
  readonly seconds: number;
  /** How long the server is held up, once, in the middle. */
  readonly stallMs: number;
  /** Fewer than are due during the stall: the others cannot leave, and a naive figure does not see them. */
  readonly connections: number;
}

/** Open-loop load on a server that stands still once: the proof that the generator sees it. */
export async function loadStallingServer(stall: Stall): Promise<OpenLoopResult> {
  const { perSecond, seconds, stallMs, connections } = stall;
  const server = await startNextbest(
    {
      BENCH_ANSWER: JSON.stringify({
        decisionId: 'x',
        repeated: false,
        rulebook: 'x',
        placements: {},
        arms: [],
      }),
      BENCH_STALL_MS: String(stallMs),
      BENCH_STALL_AFTER_MS: String((seconds * 1_000) / 2),
    },
    { script: 'bench/http/plain-route.ts' },
  );
  try {
    const request = postOf('/v1/decide', { customer: { userId: 'ada' }, placements: ['home-hero'] });
    const due = arrivals({ perSecond, seconds });
    return await runOpenLoop({ url: server.url, due, request: () => request, connections });
  } finally {
    await server.stop();
  }
}
