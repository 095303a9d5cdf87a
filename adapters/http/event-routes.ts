import {
  type InputFault,
  limits,
  readTouchpoint,
  type TouchpointEvent,
  type TouchpointReading,
  type TouchpointType,
  touchpointTypes,
} from '../../engine/index.ts';
import { addSegmentParsers } from './body.ts';
import { eventExamples } from './event-examples.ts';
import { eventError, readBatch, readingOptions } from './event-input.ts';
import type { HttpContext, HttpServer } from './http-server.ts';
import { inputError } from './problem.ts';
import { Batch, BatchAnswer, Event, problemResponses, Success } from './schemas.ts';

/** Taking events in, under the addresses that the Segment SDKs post to. */

const source = 'http';

/** The reader of events validates them, better than a schema could; the schema is there to be read. */
const validatedByReader = { validatorCompiler: () => () => true };

export function addEventRoutes(server: HttpServer, context: HttpContext): void {
  addSegmentParsers(server);
  for (const type of touchpointTypes) {
    for (const path of [`/v1/${type}`, `/v1/${type.charAt(0)}`]) addTypeRoute(server, context, path, type);
  }
  for (const path of ['/v1/batch', '/v1/b']) addBatchRoute(server, context, path);
}

function addTypeRoute(server: HttpServer, context: HttpContext, path: string, type: TouchpointType): void {
  const schema = {
    summary: `Take in one ${type} event`,
    tags: ['events'],
    hide: isShort(path),
    body: { ...Event, examples: [eventExamples[type]] },
    response: { 200: Success, ...problemResponses },
  };
  server.post(path, { schema, ...validatedByReader }, async (request) => {
    const reading = readTouchpoint(request.body, { ...readingOptions(context), type });
    if ('faults' in reading) {
      context.metrics.eventsReceived(source, 'rejected', 1);
      throw eventError(reading.faults);
    }
    await ingest(context, [reading.event]);
    return { success: true };
  });
}

/** The SDKs know the short addresses; people who read the description need each route once. */
function isShort(path: string): boolean {
  return /^\/v1\/.$/.test(path);
}

function addBatchRoute(server: HttpServer, context: HttpContext, path: string): void {
  const schema = {
    summary: 'Take in several events',
    description: 'Events at fault are refused one by one; the others are durable when the answer arrives.',
    tags: ['events'],
    hide: isShort(path),
    body: Batch,
    response: { 200: BatchAnswer, ...problemResponses },
  };
  server.post(path, { schema, ...validatedByReader }, async (request) => takeBatch(context, request.body));
}

async function takeBatch(context: HttpContext, body: unknown) {
  const { bodies, sentAt } = readBatch(body);
  const shared = { ...readingOptions(context), ...(sentAt === undefined ? {} : { sentAt }) };
  const readings = bodies.map((event, index) =>
    readTouchpoint(event, { ...shared, pointer: `/batch/${index}` }),
  );
  const events = readings.flatMap((reading) => ('event' in reading ? [reading.event] : []));
  const rejected = readings.flatMap(faultsOf).slice(0, limits.diagnosticsMax);
  if (rejected.length > 0) context.metrics.eventsReceived(source, 'rejected', bodies.length - events.length);
  if (events.length === 0) throw inputError(rejected);
  await ingest(context, events);
  return rejected.length === 0 ? { success: true } : { success: false, accepted: events.length, rejected };
}

function faultsOf(reading: TouchpointReading): readonly InputFault[] {
  return 'faults' in reading ? reading.faults.map(({ pointer, detail }) => ({ pointer, detail })) : [];
}

/** Counts what became of the events; the answer waits until they are durable. */
async function ingest(
  { application, metrics }: HttpContext,
  events: readonly TouchpointEvent[],
): Promise<void> {
  const startedAt = performance.now();
  try {
    await application.ingest(events);
    metrics.eventsReceived(source, 'accepted', events.length);
  } catch (error) {
    metrics.eventsReceived(source, 'failed', events.length);
    throw error;
  } finally {
    metrics.ingestTook((performance.now() - startedAt) / 1_000);
  }
}
