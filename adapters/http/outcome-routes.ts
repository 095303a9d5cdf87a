import type { Static } from 'typebox';
import {
  checkAge,
  type FieldReader,
  type JsonObject,
  type OutcomeReport,
  readTime,
} from '../../engine/index.ts';
import { checkBody } from './body.ts';
import { eventError } from './event-input.ts';
import type { HttpContext, HttpServer } from './http-server.ts';
import { problemResponses, Success } from './schemas.ts';
import { OutcomeBody } from './schemas-decide.ts';

/** Telling what became of a treatment. */
export function addOutcomeRoutes(server: HttpServer, context: HttpContext): void {
  const schema = {
    summary: 'Report what became of a treatment',
    description: 'The action or the treatment may be left out when the decision holds one treatment.',
    tags: ['decisions'],
    body: OutcomeBody,
    response: { 200: Success, ...problemResponses },
  };
  server.post('/v1/outcomes', { schema, preValidation: checkBody }, async (request) => {
    const report = readReport(request.body, context.clock.now());
    await context.application.recordOutcome(report);
    context.metrics.outcomeReceived(report.outcome);
    return { success: true };
  });
}

/** Its time is held to the same range as an event's. */
function readReport(body: Static<typeof OutcomeBody>, now: number): OutcomeReport {
  const { timestamp: _, ...rest } = body;
  const reader: FieldReader = { body: body as JsonObject, pointer: '', faults: [] };
  const timestamp = readTime(reader, 'timestamp');
  if (timestamp !== undefined) checkAge(reader, 'timestamp', now - timestamp);
  if (reader.faults.length > 0) throw eventError(reader.faults);
  return timestamp === undefined ? rest : { ...rest, timestamp };
}
