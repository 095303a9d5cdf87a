import type { Condition } from '../../../../engine/model/condition.ts';
import type { FactValues } from '../../../../engine/model/rulebook.ts';
import { compileCondition } from '../../../../engine/rules/conditions/compile-condition.ts';
import { triggerFacts } from '../../../../engine/rules/conditions/fact-scope.ts';
import { FactTable } from '../../../../engine/rules/conditions/fact-table.ts';
import { NamedConditions } from '../../../../engine/rules/conditions/named-conditions.ts';
import { Cursor } from '../../../../engine/rules/cursor.ts';
import type { Diagnostic } from '../../../../engine/rules/rule-file.ts';
import { documentOf } from '../in-memory-document.ts';
import { libraries } from '../sample-book.ts';

export interface TriedCondition {
  readonly condition: Condition | undefined;
  readonly findings: readonly Diagnostic[];
  /** The values of facts by name, by slot. */
  readonly valuesOf: (facts: Readonly<Record<string, unknown>>) => FactValues;
}

/** A condition on the features `a` and `b` and everything else that a trigger may look at. */
export function tryCondition(source: unknown): TriedCondition {
  const findings: Diagnostic[] = [];
  const at = new Cursor({ file: 'rules.yaml', document: documentOf(source), findings });
  const facts = new FactTable(new Set(['a', 'b']));
  const named = new NamedConditions({ condition: new Map(), segment: new Map(), facts, libraries });
  const condition = compileCondition(source, at, { facts, libraries, named, allowed: triggerFacts });
  const valuesOf = (values: Readonly<Record<string, unknown>>) =>
    facts.all().map(({ name }) => (Object.hasOwn(values, name) ? values[name] : undefined));
  return { condition, findings, valuesOf };
}

/** Whether `{ fact: a, operator, value }` holds; further facts by name. */
export function holds(
  fact: unknown,
  operator: string,
  value: unknown,
  further: Readonly<Record<string, unknown>> = {},
): boolean {
  const { condition, findings, valuesOf } = tryCondition({ fact: 'a', operator, value });
  if (!condition) throw new Error(findings.map(({ message }) => message).join('\n'));
  return condition.holds(valuesOf({ a: fact, ...further }));
}
