import type { DecideAnswer, DecideRequest, PlacementDecision } from '../../engine/index.ts';
import { checkBody } from './body.ts';
import { readDecideRequest } from './decide-input.ts';
import type { HttpContext, HttpServer } from './http-server.ts';
import { answerToWire } from './map.ts';
import { problemResponses } from './schemas.ts';
import { DecideAnswerBody, DecideBody } from './schemas-decide.ts';

/** Asking for the next best action. */
export function addDecideRoutes(server: HttpServer, context: HttpContext): void {
  const schema = {
    summary: 'Ask for the next best action',
    description: [
      'One list of treatments per placement, best first, each with what it was ranked by. With `preview` the answer is one',
      'to look at: it is not stored, and nothing is counted. An answer with `degraded` was made without the customer,',
      'because the store did not answer in time; the same requestId gets a real one later.',
    ].join(' '),
    tags: ['decisions'],
    body: DecideBody,
    response: { 200: DecideAnswerBody, ...problemResponses },
  };
  server.post('/v1/decide', { schema, preValidation: checkBody }, async (request) => {
    const idempotencyKey = request.headers['idempotency-key'];
    const asked = await readDecideRequest(
      context,
      request.body,
      typeof idempotencyKey === 'string' ? idempotencyKey : undefined,
    );
    return answerToWire(await decide(context, asked));
  });
}

/** Previews are counted nowhere. */
export async function decide(
  { application, metrics }: Pick<HttpContext, 'application' | 'metrics'>,
  asked: DecideRequest,
): Promise<DecideAnswer> {
  if (asked.preview) return application.decide(asked);
  const startedAt = performance.now();
  const seconds = () => (performance.now() - startedAt) / 1_000;
  try {
    const answer = await application.decide(asked);
    metrics.decideTook(seconds(), 'answered');
    for (const part of answer.decision.placements)
      metrics.decided(part.placement, answer.decision.degraded ? 'degraded' : resultOf(part));
    return answer;
  } catch (error) {
    metrics.decideTook(seconds(), 'failed');
    for (const placement of asked.placements) metrics.decided(placement, 'failed');
    throw error;
  }
}

function resultOf({ treatments, fallback }: PlacementDecision): 'treated' | 'fallback' | 'empty' {
  if (treatments.length > 0) return 'treated';
  return fallback === undefined ? 'empty' : 'fallback';
}
