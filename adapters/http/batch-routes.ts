import { PassThrough, Readable } from 'node:stream';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyRequest, FastifySchemaValidationError } from 'fastify';
import { type Static, Type } from 'typebox';
import { CodedError, isJsonObject } from '../../engine/index.ts';
import { bodyFaults, decodeUtf8, parseJson } from './body.ts';
import { type BodyLine, bodyLines } from './body-lines.ts';
import { readDecideRequest } from './decide-input.ts';
import { decide } from './decide-routes.ts';
import { httpLimits } from './http-limits.ts';
import type { HttpContext, HttpServer } from './http-server.ts';
import { inOrder } from './in-order.ts';
import { answerToWire } from './map.ts';
import { inputError, problemOf } from './problem.ts';
import { schemaFaults } from './schema-faults.ts';
import { problemResponses } from './schemas.ts';
import { type BatchQuery, BatchQuery as BatchQuerySchema, DecideBody } from './schemas-decide.ts';

const linesType = 'application/x-ndjson';

/** Asking for many customers at once. */
export async function addBatchRoutes(server: HttpServer, context: HttpContext): Promise<void> {
  // Its own scope: bodies of lines are taken here and nowhere else.
  await server.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser(linesType, async (_request: unknown, body: Readable) => body);
    addBatchRoute(scope.withTypeProvider<TypeBoxTypeProvider>(), context);
  });
}

function addBatchRoute(server: HttpServer, context: HttpContext): void {
  const schema = {
    summary: 'Ask for many customers',
    description: [
      `The body is \`${linesType}\`: one request of \`/v1/decide\` a line, at most ${httpLimits.batchLinesMax} lines and`,
      `${httpLimits.batchBytesMax / (1024 * 1024)} MB. The answer has one line for each that is not empty, in the same order:`,
      'the number of the `line` with the answer of `/v1/decide`, or with a `problem`. Lines go through the same pipeline as',
      'single requests; those of one customer in turn. Answers leave as they are made: read them while sending, or send all',
      'first. No line is ever answered in degraded mode; a problem with status 503 may be tried again.',
    ].join(' '),
    tags: ['decisions'],
    querystring: BatchQuerySchema,
    consumes: [linesType],
    response: {
      200: {
        description: 'One line of JSON a line of the request.',
        content: { [linesType]: { schema: Type.Unknown() } },
      },
      ...problemResponses,
    },
  };
  let underWay = 0;
  server.post('/v1/decide/batch', { schema, bodyLimit: httpLimits.batchBytesMax }, (request, reply) => {
    if (request.body === undefined || request.body === null) {
      throw inputError([{ pointer: '', detail: `expected a body of ${linesType}, found none` }]);
    }
    if (underWay >= httpLimits.batchesMax) {
      throw new CodedError('NB_OVERLOADED', `${underWay} batches are under way`);
    }
    underWay += 1;
    reply.raw.once('close', () => {
      underWay -= 1;
    });
    const answers = answersOf(request, context, request.query);
    return reply.type(`${linesType}; charset=utf-8`).send(Readable.from(answers));
  });
}

function answersOf(request: FastifyRequest, context: HttpContext, query: Static<typeof BatchQuery>) {
  // Read in at once: a client that sends everything before it reads must not wait for us while we wait for it.
  const body = (request.body as Readable).pipe(new PassThrough({ highWaterMark: httpLimits.batchBytesMax }));
  (request.body as Readable).once('error', (error) => body.destroy(error));
  const batch = query.batch ?? context.ids.nonce();
  const answering: Answering = { context, request, batch, defaults: defaultsOf(query) };
  return inOrder(bodyLines(body), (line) => answerLine(answering, line), httpLimits.batchAtOnce);
}

function defaultsOf({ placements, preview }: Static<typeof BatchQuery>): Partial<Static<typeof DecideBody>> {
  return {
    ...(placements !== undefined && { placements: placements.split(',') }),
    ...(preview !== undefined && { preview: preview === 'true' }),
  };
}

interface Answering {
  readonly context: HttpContext;
  readonly request: FastifyRequest;
  readonly batch: string;
  readonly defaults: Partial<Static<typeof DecideBody>>;
}

/** One line of the answer. Never rejects. */
async function answerLine(answering: Answering, line: BodyLine): Promise<string> {
  const { context, request, batch } = answering;
  const { number } = line;
  try {
    const asked = await readDecideRequest(context, readLine(answering, line), `${batch}/${number}`);
    const answer = await decide(context, { ...asked, isPatient: true });
    return `${JSON.stringify({ line: number, ...answerToWire(answer) })}\n`;
  } catch (error) {
    const problem = problemOf(error as Error & CodedError, request.url);
    if (problem.status >= 500)
      request.log.error({ err: error, code: problem.code, line: number }, problem.title);
    return `${JSON.stringify({ line: number, problem })}\n`;
  }
}

function readLine({ request, defaults }: Answering, { bytes, fault }: BodyLine): Static<typeof DecideBody> {
  if (bytes === undefined) throw tooLarge(fault);
  const value = parseJson(decodeUtf8(bytes));
  const faults = bodyFaults(value);
  if (faults.length > 0 || !isJsonObject(value)) throw inputError(faults);
  const body = { ...defaults, ...value };
  const validate = request.compileValidationSchema(DecideBody);
  if (!validate(body)) {
    throw inputError(
      schemaFaults((validate.errors ?? []) as readonly FastifySchemaValidationError[], 'body'),
    );
  }
  return body as Static<typeof DecideBody>;
}

function tooLarge(fault: BodyLine['fault']): CodedError {
  const { batchBytesMax, batchLinesMax, batchLineBytesMax } = httpLimits;
  return new CodedError(
    'NB_EVENT_TOO_LARGE',
    fault === 'line'
      ? `expected a line of at most ${batchLineBytesMax} bytes, found a longer one`
      : `expected a batch of at most ${batchLinesMax} lines and ${batchBytesMax} bytes, found more; it ends here`,
  );
}
