import type { JsonObject } from '../../model/json.ts';
import { factReference } from './fact-reference.ts';
import { operators } from './operators.ts';

/**
 * What the value of a comparison must look like for each operator that says so: rules for an editor, one an operator.
 * They speak of an operator as it is, and behind decorators that leave the value alone.
 */
export function valueSchemas(): readonly JsonObject[] {
  return [...operators].flatMap(([name, definition]) => {
    const { literal } = definition;
    if (!literal) return [];
    const mayBeFact = definition.form === 'comparison' && definition.withFact !== undefined;
    const value = mayBeFact ? { anyOf: [literal.schema, factReference] } : literal.schema;
    return [
      {
        if: {
          properties: { operator: { pattern: `^(?:(?:not|someFact|everyFact):)*${name}$` } },
          required: ['operator'],
        },
        // biome-ignore lint/suspicious/noThenProperty: it is a keyword of JSON Schema; nobody awaits this map.
        then: { properties: { value } },
      },
    ];
  });
}
