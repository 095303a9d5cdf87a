import { Type } from 'typebox';
import { type ExperimentArm, limits, type PlacementOdds, touchpointTypes } from '../../engine/index.ts';

/** Wire shapes, for validation and for the API description alike. */

export const Id = Type.Unsafe<string | number>({
  type: ['string', 'number'],
  maxLength: limits.idLengthMax,
  description: 'An id; a number is taken as its digits.',
});

export const Anything = Type.Unknown();

export function Named<Value>(values: object): Type.TUnsafe<Readonly<Record<string, Value>>> {
  return Type.Unsafe({ type: 'object', additionalProperties: values });
}

export const OpenObject = Type.Unsafe<object>({
  type: 'object',
  additionalProperties: true,
});

export const Time = Type.String({ description: 'ISO 8601; numbers are epoch milliseconds.' });

export const ProblemSchema = Type.Object(
  {
    type: Type.String(),
    title: Type.String(),
    status: Type.Number(),
    detail: Type.String(),
    instance: Type.Optional(Type.String()),
    code: Type.String(),
    errors: Type.Optional(Type.Array(Type.Object({ pointer: Type.String(), detail: Type.String() }))),
  },
  { description: 'RFC 9457 problem details.' },
);

const problemContent = { 'application/problem+json': { schema: ProblemSchema } };

/** The errors that a route may answer with, for its description. */
export const problemResponses = {
  '4xx': { description: 'The request is at fault; `errors` names each place.', content: problemContent },
  '5xx': { description: 'The server is at fault; 503 may be tried again.', content: problemContent },
};

export const Success = Type.Object({ success: Type.Boolean() });

export const Event = Type.Object(
  {
    type: Type.Optional(Type.Enum([...touchpointTypes])),
    event: Type.Optional(
      Type.String({ maxLength: limits.eventNameLengthMax, description: 'Name of a tracked event.' }),
    ),
    userId: Type.Optional(Id),
    anonymousId: Type.Optional(Id),
    previousId: Type.Optional(Id),
    groupId: Type.Optional(Id),
    properties: Type.Optional(OpenObject),
    traits: Type.Optional(OpenObject),
    context: Type.Optional(OpenObject),
    messageId: Type.Optional(Type.String({ description: 'Repeats with the same id are dropped.' })),
    timestamp: Type.Optional(Time),
    originalTimestamp: Type.Optional(Time),
    sentAt: Type.Optional(Time),
  },
  { additionalProperties: true, description: 'An event of the Segment spec. Other fields are ignored.' },
);

export const Batch = Type.Object(
  { batch: Type.Array(Event, { minItems: 1, maxItems: limits.batchEventsMax }), sentAt: Type.Optional(Time) },
  {
    additionalProperties: true,
    examples: [
      {
        batch: [{ type: 'track', userId: 'ada', event: 'Product Viewed', properties: { category: 'tents' } }],
      },
    ],
  },
);

export const BatchAnswer = Type.Object({
  success: Type.Boolean({ description: 'False when some events were refused; the others are durable.' }),
  accepted: Type.Optional(Type.Number()),
  rejected: Type.Optional(Type.Array(Type.Object({ pointer: Type.String(), detail: Type.String() }))),
});

export const Arms = Type.Unsafe<readonly ExperimentArm[]>(
  Type.Array(Type.Object({ experiment: Type.String(), arm: Type.String() }), {
    description: 'The arms of the customer in all experiments that are in force.',
  }),
);

export const Reason = Type.Object({
  action: Type.String(),
  treatment: Type.Optional(Type.String()),
  code: Type.String(),
  reason: Type.String(),
  by: Type.Optional(Type.String()),
  until: Type.Optional(Time),
  seen: Type.Optional(
    Type.Object(
      {
        count: Type.Optional(Type.Number()),
        limit: Type.Optional(Type.Number()),
        until: Type.Optional(Time),
      },
      {
        description:
          'What a contact policy counted, its limit, and from when on it would not stand in the way.',
      },
    ),
  ),
  failed: Type.Optional(
    Type.Object({
      fact: Type.String(),
      operator: Type.String(),
      expected: Type.Optional(Anything),
      seen: Type.Optional(Anything),
      segment: Type.Optional(Type.String()),
    }),
  ),
});

/** What might have stood in a placement, and how likely that was. */
export const Odds = Type.Unsafe<PlacementOdds>(
  Type.Object(
    {
      options: Type.Array(
        Type.String({ description: '`action/treatment`; `none/none` is to show nothing there.' }),
      ),
      P: Type.Array(Type.Number(), { description: 'The propensity of each option.' }),
      ranks: Type.Array(Type.Array(Type.Number()), {
        description: 'By rank, the probability of each option given the ranks before.',
      }),
    },
    { description: 'Where exploration weighed the options against each other.' },
  ),
);
