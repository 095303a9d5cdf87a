import { describe, expect, it } from 'vitest';
import { valueSchemas } from '../../../engine/rules/conditions/operator-schema.ts';
import { operators } from '../../../engine/rules/conditions/operators.ts';
import { rulebookSchema } from '../../../engine/rules/rulebook-schema.ts';
import { sections } from '../../../engine/rules/sections.ts';

interface ObjectSchema {
  readonly properties: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly required: readonly string[];
  readonly additionalProperties: boolean;
}

describe('the JSON Schema of rule documents', () => {
  const schema = JSON.parse(JSON.stringify(rulebookSchema())) as {
    readonly anyOf: readonly [ObjectSchema, ObjectSchema, ObjectSchema, unknown];
    readonly $defs: Readonly<Record<string, unknown>>;
  };
  const [action, definitions] = schema.anyOf;

  it('knows every field the loader reads, and no other', () => {
    expect(Object.keys(definitions.properties)).toEqual(Object.keys(sections));
    expect(action.required).toEqual(['action', 'group']);
    expect(action.additionalProperties).toBe(false);
    expect(action.properties.value).toMatchObject({ anyOf: [{ type: 'number', minimum: 0 }, {}, {}] });
    expect(action.properties.eligibility).toMatchObject({ $ref: '#/$defs/condition' });
  });

  it('holds everything that it refers to', () => {
    const references = JSON.stringify(schema).match(/#\/\$defs\/\w+/g) ?? [];
    for (const reference of references)
      expect(schema.$defs).toHaveProperty([reference.slice('#/$defs/'.length)]);
    expect(references.length).toBeGreaterThan(5);
  });

  it('says what the value of each of our own operators looks like', () => {
    const rules = valueSchemas() as readonly {
      readonly if: { readonly properties: { readonly operator: { readonly pattern: string } } };
      readonly then: { readonly properties: { readonly value: object } };
    }[];
    const rulesFor = (operator: string) =>
      rules.filter((rule) => new RegExp(rule.if.properties.operator.pattern).test(operator));
    for (const [name, { reference }] of operators) expect(rulesFor(name)).toHaveLength(reference ? 0 : 1);
    expect(rulesFor('not:someFact:between')).toEqual(rulesFor('between'));
    // A list of patterns is no pattern.
    expect(rulesFor('someValue:matches')).toEqual([]);
  });

  it('describes every field', () => {
    for (const field of [...Object.values(action.properties), ...Object.values(definitions.properties)]) {
      expect(field.description).toMatch(/\.$/);
    }
  });
});
