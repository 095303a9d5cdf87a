import type { OutgoingHttpHeaders } from 'node:http';
import type { FastifyReply } from 'fastify';
import { Type } from 'typebox';
import { CodedError, describeValue, limits } from '../../engine/index.ts';
import type { DecisionReader } from '../../engine/ports.ts';
import { httpLimits } from './http-limits.ts';
import type { StreamLimits } from './http-options.ts';
import type { HttpContext, HttpServer } from './http-server.ts';
import { publishedToWire } from './map.ts';
import { inputError } from './problem.ts';
import { problemResponses } from './schemas.ts';
import { StreamClient } from './stream-client.ts';

/** Decisions as they are made, as server-sent events. Every reader has its own place in the stream. */

const Query = Type.Object({
  channel: Type.Optional(
    Type.String({ minLength: 1, maxLength: limits.idLengthMax, description: 'Of this channel only.' }),
  ),
  lastEventId: Type.Optional(Type.String({ description: 'For clients that cannot set Last-Event-ID.' })),
});

export function addStreamRoutes(server: HttpServer, context: HttpContext): void {
  const schema = {
    summary: 'Follow decisions as they are made',
    description:
      'Server-sent events: `decision` with the sequence as its id; `gap` when entries were missed or the client read too slowly; `bye` when the server leaves. Last-Event-ID resumes.',
    tags: ['decisions'],
    querystring: Query,
    response: {
      200: {
        description: 'Server-sent events.',
        content: { 'text/event-stream': { schema: Type.String() } },
      },
      ...problemResponses,
    },
  };
  // A HEAD request would open a stream that nobody reads.
  server.get('/v1/decisions/stream', { schema, exposeHeadRoute: false }, async (request, reply) => {
    const header = request.headers['last-event-id'];
    const after = readSequence(
      request.query.lastEventId ?? (typeof header === 'string' ? header : undefined),
    );
    if (context.streamClients.isFull()) throw new CodedError('NB_OVERLOADED', 'Too many streams are open.');
    const { channel } = request.query;
    const reader = context.decisionStream.subscribe({
      ...(channel === undefined ? {} : { channel }),
      ...(after === undefined ? {} : { after }),
    });
    const client = openClient(context, reply);
    await follow(context, client, reader);
    return reply;
  });
}

function readSequence(written: string | undefined): number | undefined {
  if (written === undefined || written === '') return undefined;
  const sequence = Number(written);
  if (/^\d{1,16}$/.test(written) && Number.isSafeInteger(sequence)) return sequence;
  throw inputError([
    { pointer: '/lastEventId', detail: `expected the id of an event, found ${describeValue(written)}` },
  ]);
}

function openClient(context: HttpContext, reply: FastifyReply): StreamClient {
  reply.hijack();
  const client = new StreamClient(reply.raw, streamLimits(context));
  context.streamClients.add(client);
  client.open(reply.getHeaders() as OutgoingHttpHeaders);
  if (context.isDraining()) client.end('bye', 'The server is going away; reconnect.');
  return client;
}

export function streamLimits({ stream }: HttpContext): StreamLimits {
  return {
    clientsMax: httpLimits.streamClientsMax,
    queueBytesMax: httpLimits.streamQueueBytesMax,
    stallMs: httpLimits.streamStallMs,
    pingMs: httpLimits.streamPingMs,
    ...stream,
  };
}

/** Copies the reader's entries to the client until one of the two ends. */
async function follow({ logger }: HttpContext, client: StreamClient, reader: DecisionReader): Promise<void> {
  client.onClosed(
    () =>
      void reader
        .close()
        .catch((error: unknown) => logger?.warn({ err: error }, 'closing a decision stream failed')),
  );
  try {
    while (client.isOpen) {
      const entries = await reader.next({
        max: httpLimits.streamReadMax,
        waitMs: httpLimits.streamReadWaitMs,
      });
      for (const { sequence, decision } of entries) {
        if (!(await client.send('decision', sequence, publishedToWire(decision)))) break;
      }
    }
  } catch (error) {
    // The response is under way, so no problem can be answered: the client is told that something is missing.
    logger?.warn({ err: error }, 'a decision stream broke off');
    client.end('gap', 'The stream broke off; reconnect with the last event id.');
  }
}
