import type { Condition, DefinitionPlace } from '../../model/condition.ts';
import type { FactDomains } from '../meaning/fact-domain.ts';
import { implies } from '../meaning/implication.ts';

/** A rule with its place. Rules are compared in the order of the book. */
export interface Placed<T> {
  readonly rule: T;
  readonly at: DefinitionPlace;
}

export function placedRules<T extends { readonly name: string }>(
  rules: Iterable<T>,
  places: ReadonlyMap<string, DefinitionPlace>,
): readonly Placed<T>[] {
  return [...rules].flatMap((rule) => {
    const at = places.get(rule.name);
    return at ? [{ rule, at }] : [];
  });
}

/** Of more rules alike, later ones are not compared; and so many comparisons are made in all. */
const alikeMax = 32;
const comparisonsMax = 20_000;

/**
 * Every two rules that share a key, the earlier one first, until `visit` says that it has told of the two. Rules that
 * share no key are not compared, so that the work stays in proportion to the book.
 */
export function eachTwo<T>(
  placed: readonly Placed<T>[],
  keysOf: (rule: T) => readonly string[],
  visit: (earlier: Placed<T>, later: Placed<T>, key: string) => boolean,
): void {
  const byKey = new Map<string, Placed<T>[]>();
  let comparisons = 0;
  for (const later of placed) {
    const told = new Set<Placed<T>>();
    for (const key of new Set(keysOf(later.rule))) {
      const alike = byKey.get(key) ?? [];
      byKey.set(key, alike);
      for (const earlier of alike) {
        comparisons += 1;
        if (comparisons > comparisonsMax) return;
        if (!told.has(earlier) && visit(earlier, later, key)) told.add(earlier);
      }
      if (alike.length < alikeMax) alike.push(later);
    }
  }
}

export function isWithin(
  narrow: Condition | undefined,
  wide: Condition | undefined,
  domains: FactDomains,
): boolean {
  return implies(narrow?.tree, wide?.tree, domains) === 'yes';
}

/** Whether two lists name the same, in whatever order. */
export function isSameList(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((name) => other.includes(name));
}
