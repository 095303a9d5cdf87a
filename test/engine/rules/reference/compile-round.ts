import type { Condition } from '../../../../engine/model/condition.ts';
import type { FactValues } from '../../../../engine/model/rulebook.ts';
import { compileCondition } from '../../../../engine/rules/conditions/compile-condition.ts';
import { allFacts } from '../../../../engine/rules/conditions/fact-scope.ts';
import { FactTable } from '../../../../engine/rules/conditions/fact-table.ts';
import { NamedConditions } from '../../../../engine/rules/conditions/named-conditions.ts';
import { Cursor } from '../../../../engine/rules/cursor.ts';
import type { Diagnostic } from '../../../../engine/rules/rule-file.ts';
import { libraries } from '../sample-book.ts';
import { type Facts, factNames, missingFact } from './random-facts.ts';
import type { Round } from './round.ts';

export interface CompiledRound {
  readonly conditions: readonly Condition[];
  /** The values of a fact set, by slot. */
  readonly valuesOf: (facts: Facts) => FactValues;
}

/** Compiles the conditions of a round. The generator writes none that may be refused, so a finding throws. */
export function compileRound({ conditions, named }: Pick<Round, 'conditions' | 'named'>): CompiledRound {
  const findings: Diagnostic[] = [];
  const document = { value: conditions, locate: () => ({ line: 1, column: 1 }) };
  const at = new Cursor({ file: 'rules.json', document, findings });
  const facts = new FactTable(new Set([...factNames, missingFact]));
  const sources = Object.entries(named).map(([name, value]) => [name, { value, at: at.at(name) }] as const);
  const shared = new NamedConditions({ condition: new Map(sources), segment: new Map(), facts, libraries });
  const scope = { facts, libraries, named: shared, allowed: allFacts };
  const compiled = conditions.flatMap(
    (condition, index) => compileCondition(condition, at.at(index), scope) ?? [],
  );
  if (compiled.length < conditions.length) throw new Error(`refused: ${JSON.stringify(findings)}`);
  const slots = facts.all();
  return {
    conditions: compiled,
    valuesOf: (set) => slots.map(({ name }) => (Object.hasOwn(set, name) ? set[name] : undefined)),
  };
}
