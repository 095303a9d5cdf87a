import type { JsonObject } from '../../model/json.ts';

/** `{ fact, path? }`, where a fact stands for a value. */
export const factReference: JsonObject = {
  type: 'object',
  properties: { fact: { type: 'string' }, path: { type: 'string' } },
  required: ['fact'],
  additionalProperties: false,
};
