import { Type } from 'typebox';
import type { FiledLetter, LetterSelection, Partition } from '../../engine/index.ts';
import { limits } from '../../engine/index.ts';
import { checkBody } from './body.ts';
import type { HttpContext, HttpServer } from './http-server.ts';
import { timeToWire } from './map.ts';
import { inputError } from './problem.ts';
import { problemResponses } from './schemas.ts';

const descriptions = {
  partition: 'Of this partition only; of all when absent.',
  sequence: 'The one at this place of the log of the partition.',
};

const place = {
  partition: Type.Optional(
    Type.Integer({ minimum: 0, maximum: limits.partitionsMax - 1, description: descriptions.partition }),
  ),
  sequence: Type.Optional(
    Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER, description: descriptions.sequence }),
  ),
};

/** In an address everything is text. */
const placeQuery = {
  partition: Type.Optional(Type.String({ pattern: '^\\d{1,4}$', description: descriptions.partition })),
  sequence: Type.Optional(Type.String({ pattern: '^\\d{1,15}$', description: descriptions.sequence })),
};

const Letter = Type.Object({
  partition: Type.Integer(),
  sequence: Type.Integer({ description: 'Its place in the log of the partition.' }),
  reason: Type.String(),
  id: Type.String(),
  kind: Type.String(),
  customer: Type.Optional(Type.String()),
  receivedAt: Type.String(),
  expiresAt: Type.String(),
  attempt: Type.Integer({ description: 'How often it was replayed before.' }),
  message: Type.Unknown({ description: 'The message as it lies in the log.' }),
});

const ListBody = Type.Object({ deadLetters: Type.Array(Letter) });
const ReplayBody = Type.Object(place, { additionalProperties: false, examples: [{ partition: 3 }] });
const ReplayAnswer = Type.Object({
  replayed: Type.Integer(),
  refused: Type.Integer({ description: 'Those that the log does not take; they stay.' }),
});
const DropQuery = Type.Object({
  ...placeQuery,
  all: Type.Optional(
    Type.Enum(['true', 'false'], { description: 'Needed to drop those of all partitions.' }),
  ),
});
const DropAnswer = Type.Object({ dropped: Type.Integer() });

/** Messages that could not be applied: what they are, why, and what becomes of them. */
export function addDeadLetterRoutes(server: HttpServer, context: HttpContext): void {
  addListRoute(server, context);
  addReplayRoute(server, context);
  addDropRoute(server, context);
}

function addListRoute(server: HttpServer, { deadLetters }: HttpContext): void {
  const schema = {
    summary: 'List the messages that could not be applied',
    description: `By partition and place in its log, ${limits.deadLettersPerPageMax} at most. They are kept for 30 days.`,
    tags: ['operation'],
    querystring: Type.Object(placeQuery),
    response: { 200: ListBody, ...problemResponses },
  };
  server.get('/v1/deadletters', { schema }, async (request) => ({
    deadLetters: (await deadLetters.list(selectionOf(request.query))).map(letterToWire),
  }));
}

function addReplayRoute(server: HttpServer, { deadLetters }: HttpContext): void {
  const schema = {
    summary: 'Apply them once more',
    description:
      'For when their cause is gone. They are appended to the log again and folded as new ones are; what fails again ' +
      'is a dead letter again. What was applied after all is not applied twice.',
    tags: ['operation'],
    body: ReplayBody,
    response: { 200: ReplayAnswer, ...problemResponses },
  };
  server.post('/v1/deadletters/replay', { schema, preValidation: checkBody }, async (request) =>
    deadLetters.replay(selectionOf(request.body)),
  );
}

function addDropRoute(server: HttpServer, { deadLetters }: HttpContext): void {
  const schema = {
    summary: 'Forget them',
    tags: ['operation'],
    querystring: DropQuery,
    response: { 200: DropAnswer, ...problemResponses },
  };
  server.delete('/v1/deadletters', { schema }, async (request) => {
    const { all, ...place } = request.query;
    if (place.partition === undefined && all !== 'true') {
      throw inputError([
        { pointer: '/partition', detail: 'expected a partition, or all=true for all of them' },
      ]);
    }
    return { dropped: await deadLetters.drop(selectionOf(place)) };
  });
}

function selectionOf({
  partition,
  sequence,
}: {
  readonly partition?: number | string;
  readonly sequence?: number | string;
}): LetterSelection {
  if (sequence !== undefined && partition === undefined) {
    throw inputError([
      { pointer: '/partition', detail: 'expected the partition that the sequence belongs to' },
    ]);
  }
  return {
    ...(partition !== undefined && { partition: Number(partition) as Partition }),
    ...(sequence !== undefined && { sequence: Number(sequence) }),
  };
}

function letterToWire({ partition, sequence, reason, expiresAt, message }: FiledLetter) {
  return {
    partition,
    sequence,
    reason,
    id: message.id,
    kind: message.kind,
    ...('key' in message && { customer: message.key }),
    receivedAt: timeToWire(message.receivedAt),
    expiresAt: timeToWire(expiresAt),
    attempt: message.attempt ?? 0,
    message,
  };
}
