import type { JsonObject } from '../model/json.ts';
import { actionShape } from './action-shape.ts';
import { importedRuleShape } from './imported-rule.ts';
import { object, optional } from './object-shape.ts';
import { sections } from './sections.ts';
import { definitionsOf, jsonSchema, type Shape } from './shape.ts';

/** The JSON Schema of one rule document, for editors. It is printed from the shapes that the loader itself reads with. */
export function rulebookSchema(): JsonObject {
  const fields = Object.entries(sections).map(([name, { shape, description }]) => [
    name,
    optional(shape, description),
  ]);
  const definitions = object('definitions', Object.fromEntries(fields));
  const shapes: readonly Shape<unknown>[] = [
    actionShape,
    // An empty map would be sound definitions, and editors would offer nothing but those in an empty file.
    { ...definitions, schema: { ...definitions.schema, minProperties: 1 } },
    importedRuleShape,
  ];
  const document: Shape<unknown> = {
    expected: 'a rule document',
    schema: {
      title: 'nextbest rule document',
      anyOf: [...shapes.map((shape) => shape.schema), { type: 'array', items: importedRuleShape.schema }],
    },
    ...definitionsOf(shapes),
    read: (value) => value,
  };
  return jsonSchema(document);
}
