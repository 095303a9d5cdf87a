import type { ConditionScope } from '../../../engine/rules/conditions/compile-condition.ts';
import { allFacts } from '../../../engine/rules/conditions/fact-scope.ts';
import { FactTable } from '../../../engine/rules/conditions/fact-table.ts';
import { NamedConditions } from '../../../engine/rules/conditions/named-conditions.ts';
import { Cursor } from '../../../engine/rules/cursor.ts';
import type { Diagnostic } from '../../../engine/rules/rule-file.ts';
import { documentOf } from './in-memory-document.ts';
import { libraries } from './sample-book.ts';

/** What conditions over these features are compiled with; the features' values then stand in this order. */
export function scopeOver(
  features: readonly string[],
  shared: Readonly<Record<string, unknown>> = {},
): {
  readonly scope: ConditionScope;
  readonly cursorAt: (value: unknown) => Cursor;
  readonly findings: Diagnostic[];
} {
  const facts = new FactTable(new Set(features));
  for (const feature of features) facts.intern(feature, { kind: 'feature', feature });
  const findings: Diagnostic[] = [];
  const cursorAt = (value: unknown) => new Cursor({ file: 'x.yaml', document: documentOf(value), findings });
  const condition = new Map(
    Object.entries(shared).map(([name, value]) => [name, { value, at: cursorAt(value) }]),
  );
  const named = new NamedConditions({ condition, segment: new Map(), facts, libraries });
  return {
    scope: { facts, libraries, named, allowed: allFacts },
    cursorAt,
    findings,
  };
}
