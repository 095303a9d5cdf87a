import { Type } from 'typebox';
import { Anything, Named, Time } from './schemas.ts';

const Optional = Type.Optional;

const Factors = Type.Object({
  action: Type.String(),
  treatment: Type.String(),
  priority: Type.Number(),
  P: Type.Number(),
  P0: Optional(Type.Number({ description: 'Propensity without any action, where it is ranked by P - P0.' })),
  class: Optional(
    Type.Enum(['persuadable', 'sure thing', 'lost cause', 'sleeping dog'], {
      description: 'What the customer does with the action and without.',
    }),
  ),
  V: Type.Number(),
  C: Type.Number(),
  L: Type.Number(),
  cost: Type.Number(),
  probability: Optional(Type.Number()),
});

export const AlterationSchema = Type.Object(
  {
    kind: Type.Enum([
      'fact',
      'consent',
      'time',
      'contacts',
      'budget',
      'value',
      'lever',
      'arm',
      'alone',
      'places',
    ]),
    fact: Optional(Type.String()),
    path: Optional(Type.Array(Type.String())),
    purpose: Optional(Type.String()),
    at: Optional(Time),
    policy: Optional(Type.String()),
    fewer: Optional(Type.Number()),
    budget: Optional(Type.String()),
    more: Optional(Type.Number({ description: 'Contacts, or millionths of the currency.' })),
    action: Optional(Type.String()),
    experiment: Optional(Type.String()),
    placement: Optional(Type.String()),
    from: Optional(Anything),
    to: Optional(Anything),
  },
  { description: 'One thing that would have to be otherwise.' },
);

export const CounterfactualSchema = Type.Object(
  {
    found: Type.Boolean(),
    becomes: Optional(Type.Enum(['chosen', 'outranked'])),
    alterations: Optional(Type.Array(AlterationSchema, { description: 'All of them are needed.' })),
    provided: Optional(
      Type.Array(Type.String(), {
        description: 'Budgets that would have had to pay for it, of which it is not known what was left.',
      }),
    ),
    why: Optional(Type.Enum(['fixed', 'none', 'given-up'])),
    barrier: Optional(Type.Object({ code: Type.String(), by: Optional(Type.String()) })),
  },
  { description: 'The smallest change that was found; the decision was made again with it.' },
);

const ExplainedAction = Type.Object({
  action: Type.String(),
  treatment: Optional(Type.String()),
  code: Type.String(),
  by: Optional(Type.String()),
  place: Optional(
    Type.Object(
      { file: Type.String(), line: Type.Number(), column: Type.Number() },
      { description: 'Where the rule that spoke stands.' },
    ),
  ),
  failed: Optional(
    Type.Object({
      fact: Type.String(),
      operator: Type.String(),
      expected: Optional(Anything),
      seen: Optional(Anything),
      segment: Optional(Type.String()),
    }),
  ),
  seen: Optional(Type.Object({ count: Optional(Type.Number()), limit: Optional(Type.Number()) })),
  until: Optional(Time),
  ranking: Optional(Type.Object({ own: Factors, last: Optional(Factors) })),
  counterfactual: Optional(CounterfactualSchema),
  words: Type.String({ description: 'Sentences that can be read to a customer.' }),
});

/** The answer to `GET /v1/decisions/{id}/explain`. */
export const FullExplanationBody = Type.Object({
  decisionId: Type.String(),
  customer: Anything,
  at: Time,
  timeZone: Type.String({ description: 'Of the times in the sentences: the customer’s.' }),
  placements: Type.Array(
    Type.Object({
      placement: Type.String(),
      channel: Type.String(),
      rankedBy: Optional(
        Type.Enum(['uplift', 'response'], {
          description:
            'Of a placement with `rankBy: uplift`: by response while it is not known what happens without any action.',
        }),
      ),
      funnel: Named<number>(Type.Number()),
      actions: Type.Array(ExplainedAction),
      words: Type.String(),
    }),
  ),
});
