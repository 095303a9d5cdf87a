import { type Static, Type } from 'typebox';
import { limits, outcomeKinds } from '../../engine/index.ts';
import { Anything, Arms, Id, Named, Odds, OpenObject, Reason } from './schemas.ts';

export const DecideBody = Type.Object(
  {
    customer: Type.Object(
      { userId: Type.Optional(Id), anonymousId: Type.Optional(Id) },
      { additionalProperties: false, description: 'One of the two; userId comes first.' },
    ),
    placements: Type.Array(Type.String({ minLength: 1, maxLength: limits.idLengthMax }), {
      minItems: 1,
      maxItems: limits.placementsPerRequestMax,
      uniqueItems: true,
    }),
    context: Type.Optional(OpenObject),
    events: Type.Optional(
      Type.Array(Anything, {
        maxItems: limits.eventsPerRequestMax,
        description: 'Events of this customer that the decision sees; they are kept as if sent to /v1/track.',
      }),
    ),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: limits.treatmentsPerPlacementMax })),
    explain: Type.Optional(Type.Boolean({ description: 'Also return why each candidate fell away.' })),
    requestId: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: limits.idLengthMax,
        description: 'The same id gets the same answer.',
      }),
    ),
    preview: Type.Optional(
      Type.Boolean({
        description:
          'Decide to look at: nothing is stored, counted, spent or published, and no service is asked.',
      }),
    ),
    at: Type.Optional(Type.String({ description: 'With `preview`: as of another time, ISO 8601.' })),
    overrides: Type.Optional(
      Type.Record(Type.String(), Anything, {
        description:
          'With `preview`: values of facts by name, such as `traits.tier`, in place of what is known.',
      }),
    ),
    consent: Type.Optional(
      Type.Record(Type.String(), Type.Enum(['granted', 'denied', 'withdrawn']), {
        description: 'With `preview`: by purpose, in place of what the customer said.',
      }),
    ),
    rulebook: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: limits.idLengthMax,
        description: 'With `preview`: version of a rulebook of the history, in place of the one in force.',
      }),
    ),
    arms: Type.Optional(
      Type.Record(Type.String(), Type.String(), {
        description: 'With `preview`: arms by experiment, in place of those that the customer is in.',
      }),
    ),
  },
  {
    additionalProperties: false,
    examples: [{ customer: { userId: 'ada' }, placements: ['home-hero'], explain: true }],
  },
);

const Item = Type.Object({
  fallback: Type.Optional(
    Type.Boolean({ description: 'No action was left; this is the placement’s own content.' }),
  ),
  action: Type.Optional(Type.String()),
  treatment: Type.Optional(Type.String()),
  content: Anything,
  rank: Type.Number(),
  priority: Type.Optional(Type.Number({ description: 'P x V x C x L - cost' })),
  P: Type.Optional(Type.Number({ description: 'Propensity, 0 to 1.' })),
  P0: Type.Optional(
    Type.Number({ description: 'Propensity without any action, where the placement ranks by P - P0.' }),
  ),
  V: Type.Optional(Type.Number({ description: 'Value of one conversion.' })),
  C: Type.Optional(Type.Number({ description: 'Context weight.' })),
  L: Type.Optional(Type.Number({ description: 'Lever.' })),
  cost: Type.Optional(Type.Number({ description: 'Cost of one contact.' })),
  probability: Type.Optional(
    Type.Number({
      description:
        'How likely it was to stand at this rank, after every constraint, given the ranks and placements before it.',
    }),
  ),
});

export const DecideAnswerBody = Type.Object({
  decisionId: Type.String(),
  requestId: Type.Optional(Type.String()),
  repeated: Type.Boolean({
    description: 'True when this repeats the answer to an earlier request of the same id.',
  }),
  degraded: Type.Optional(
    Type.Boolean({
      description:
        'The customer could not be looked up in time: this is what the rulebook shows then. Nothing of it is stored or counted.',
    }),
  ),
  preview: Type.Optional(Type.Boolean({ description: 'Nothing of this is stored or counted.' })),
  rulebook: Type.String(),
  placements: Named<Static<typeof Item>[]>(Type.Array(Item)),
  arms: Arms,
  explain: Type.Optional(
    Type.Object({
      placements: Named<unknown>(
        Type.Object({
          funnel: Named<number>(Type.Number()),
          reasons: Type.Array(Reason),
          odds: Type.Optional(Odds),
        }),
      ),
    }),
  ),
});

/** What the lines of a batch have in common. */
export const BatchQuery = Type.Object(
  {
    batch: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: limits.idLengthMax - 16,
        description:
          'Name of the batch. A line without a requestId gets one from it and the number of the line, so that sending the same batch again gives the same answers. Drawn when absent.',
      }),
    ),
    placements: Type.Optional(
      Type.String({ description: 'Placements of lines that name none, with commas between them.' }),
    ),
    preview: Type.Optional(
      Type.Enum(['true', 'false'], { description: 'Whether lines that do not say so are previews.' }),
    ),
  },
  { additionalProperties: false },
);

export const OutcomeBody = Type.Object(
  {
    decisionId: Type.String({ minLength: 1, maxLength: limits.idLengthMax }),
    action: Type.Optional(Type.String({ minLength: 1, maxLength: limits.idLengthMax })),
    treatment: Type.Optional(Type.String({ minLength: 1, maxLength: limits.idLengthMax })),
    outcome: Type.Enum([...outcomeKinds]),
    value: Type.Optional(Type.Number()),
    timestamp: Type.Optional(Type.Unsafe<string | number>({ type: ['string', 'number'] })),
    messageId: Type.Optional(Type.String({ minLength: 1, maxLength: limits.idLengthMax })),
  },
  {
    additionalProperties: false,
    examples: [{ decisionId: 'the id of a decision', action: 'winter-sale', outcome: 'click' }],
  },
);
