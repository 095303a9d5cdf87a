import type { SpecialOperator } from './operator-definition.ts';

/** Whether the customer is in a segment, or in one of several. The segment's condition takes the comparison's place. */
const inSegment: SpecialOperator = {
  form: 'segment',
  takes: 'customer',
  reference: false,
  literal: {
    expected: 'the name of a segment, or a list of them',
    schema: {
      anyOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' }, minItems: 1 }],
    },
  },
};

/** Whether the event that set off a trigger changed a fact. */
const changed: SpecialOperator = {
  form: 'change',
  takes: 'any',
  reference: false,
  literal: {
    expected: '`true`, or `{ from, to }` with at least one of the two',
    schema: {
      anyOf: [
        { const: true },
        { type: 'object', properties: { from: {}, to: {} }, minProperties: 1, additionalProperties: false },
      ],
    },
  },
};

export const specialOperators: Readonly<Record<string, SpecialOperator>> = { inSegment, changed };
