import type { ConditionTree, FactOperand, Verdict } from '../../model/condition.ts';
import { domainOf, type FactDomains, factKey } from './fact-domain.ts';
import { type Goal, searchFacts } from './search-facts.ts';
import { holds, holdsNot } from './test-values.ts';
import { hasValue, someValue } from './value-set.ts';

/**
 * What follows from what among conditions, whichever facts they read. Facts are taken to vary independently of each
 * other, each within its domain: what follows then follows for the facts of real customers as well. Facts are compared
 * by name and path, so the conditions may come from two books.
 *
 * An absent condition always holds, as in the rules.
 */

/** `no`: no facts satisfy all of the conditions. `maybe` is no promise. */
export function satisfiable(
  trees: readonly (ConditionTree | undefined)[],
  domains: FactDomains,
): 'no' | 'maybe' {
  return searchFacts(mustHold(trees), domains).found === 'none' ? 'no' : 'maybe';
}

/**
 * `yes`: whatever facts satisfy all of `conditions` satisfy `conclusion` too. `no`: some facts, each possible by itself,
 * do the first and not the second. `unknown`: it could not be told, or not in time.
 */
export function implies(
  conditions: ConditionTree | undefined | readonly (ConditionTree | undefined)[],
  conclusion: ConditionTree | undefined,
  domains: FactDomains,
): 'yes' | 'no' | 'unknown' {
  if (!conclusion) return 'yes';
  const trees = isList(conditions) ? conditions : [conditions];
  const result = searchFacts([...mustHold(trees), { tree: conclusion, verdicts: holdsNot }], domains);
  if (result.found === 'none') return 'yes';
  if (result.found !== 'some') return 'unknown';
  return separates(result.known.example(), { trees, conclusion }, domains) ? 'no' : 'unknown';
}

/** Facts that satisfy `condition` and not `conclusion`, by name (and path); undefined when none were found. */
export function counterexample(
  condition: ConditionTree | undefined,
  conclusion: ConditionTree,
  domains: FactDomains,
): ReadonlyMap<string, unknown> | undefined {
  const result = searchFacts([...mustHold([condition]), { tree: conclusion, verdicts: holdsNot }], domains);
  if (result.found !== 'some') return undefined;
  const example = result.known.example();
  return separates(example, { trees: [condition], conclusion }, domains) ? example : undefined;
}

function isList<T>(value: T | readonly T[]): value is readonly T[] {
  return Array.isArray(value);
}

function mustHold(trees: readonly (ConditionTree | undefined)[]): readonly Goal[] {
  return trees.flatMap((tree) => (tree ? [{ tree, verdicts: holds }] : []));
}

function separates(
  example: ReadonlyMap<string, unknown>,
  {
    trees,
    conclusion,
  }: { readonly trees: readonly (ConditionTree | undefined)[]; readonly conclusion: ConditionTree },
  domains: FactDomains,
): boolean {
  const read = (fact: FactOperand): unknown => {
    const key = factKey(fact, domains);
    return example.has(key) ? example.get(key) : everydayValue(fact, domains);
  };
  if (!trees.every((tree) => tree === undefined || verdictOf(tree, read) === true)) return false;
  const concluded = verdictOf(conclusion, read);
  return concluded === false || concluded === undefined;
}

/** A fact that nothing is asked of is missing, where it can be. */
function everydayValue(fact: FactOperand, domains: FactDomains): unknown {
  const domain = domainOf(fact, domains);
  return hasValue(domain.values, undefined) ? undefined : someValue(domain.values, domain)[0];
}

/** What a condition comes to with these values; `untold` where a test looks at more than its two sides. */
function verdictOf(tree: ConditionTree, read: (fact: FactOperand) => unknown): Verdict | 'untold' {
  switch (tree.kind) {
    case 'test': {
      const { compare, left, right } = tree;
      if (!compare) return 'untold';
      return compare(read(left), 'literal' in right ? right.literal : read(right));
    }
    case 'named':
      return verdictOf(tree.child, read);
    case 'not': {
      const verdict = verdictOf(tree.child, read);
      return typeof verdict === 'boolean' ? !verdict : verdict;
    }
    default: {
      const verdicts = tree.children.map((child) => verdictOf(child, read));
      if (verdicts.length === 0) return true;
      const decisive = tree.kind === 'any';
      if (verdicts.includes(decisive)) return decisive;
      if (verdicts.includes('untold')) return 'untold';
      return verdicts.includes(undefined) ? undefined : !decisive;
    }
  }
}
