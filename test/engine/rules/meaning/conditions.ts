import type { ConditionTree } from '../../../../engine/model/condition.ts';
import type { FactValues, Feature } from '../../../../engine/model/rulebook.ts';
import { compileCondition } from '../../../../engine/rules/conditions/compile-condition.ts';
import { allFacts } from '../../../../engine/rules/conditions/fact-scope.ts';
import { FactTable } from '../../../../engine/rules/conditions/fact-table.ts';
import { NamedConditions } from '../../../../engine/rules/conditions/named-conditions.ts';
import { Cursor } from '../../../../engine/rules/cursor.ts';
import { type FactDomains, factDomains } from '../../../../engine/rules/meaning/fact-domain.ts';
import { documentOf } from '../in-memory-document.ts';
import { libraries } from '../sample-book.ts';

/** Features of every kind, and the domains of a book that has them. */
export const features: ReadonlyMap<string, Pick<Feature, 'kind'>> = new Map([
  ['count', { kind: 'count' }],
  ['sum', { kind: 'sum' }],
  ['recency', { kind: 'recency' }],
  ['last', { kind: 'last' }],
]);

export const domains: FactDomains = factDomains(features);

/** A condition as it stands in a rule file; undefined when it is refused at load. */
export function tryCondition(source: unknown, table = new FactTable(new Set(features.keys()))) {
  const at = new Cursor({ file: 'rules.yaml', document: documentOf(source), findings: [] });
  const named = new NamedConditions({ condition: new Map(), segment: new Map(), facts: table, libraries });
  const scope = { facts: table, named, allowed: allFacts, libraries };
  return compileCondition(source, at, scope);
}

export function condition(source: unknown): ConditionTree {
  const compiled = tryCondition(source);
  if (!compiled) throw new Error(`not a sound condition: ${JSON.stringify(source)}`);
  return compiled.tree;
}

export function valuesOf(table: FactTable, facts: Readonly<Record<string, unknown>>): FactValues {
  return table.all().map(({ name }) => (Object.hasOwn(facts, name) ? facts[name] : undefined));
}
