import type { Comparison, ConditionTree, TestNode } from '../../../../engine/model/condition.ts';
import {
  allOf,
  anyOf,
  comparisonOf,
  namedAs,
  notOf,
} from '../../../../engine/rules/conditions/condition-tree.ts';
import { decorators } from '../../../../engine/rules/conditions/decorators.ts';
import { referenceOperators } from '../../../../engine/rules/conditions/reference-operators.ts';
import type { Change } from './compare-round.ts';

/**
 * The language of conditions with one thing slightly wrong: slips that are easily made, and that a comparison worth its
 * name finds.
 */
export interface Mutant {
  readonly title: string;
  /** The operator, decorator or form that is wrong. */
  readonly of: string;
  readonly change: Change;
  /** True where an index that never calls `compare` is wrong as well. */
  readonly inIndex: boolean;
}

export type Decorator = (next: Comparison) => Comparison;

interface Language {
  readonly operators: ReadonlyMap<string, Comparison>;
  readonly decorators: ReadonlyMap<string, Decorator>;
}

export const right: Language = {
  operators: new Map(Object.entries(referenceOperators).map(([name, { compare }]) => [name, compare])),
  decorators,
};

export function original(name: string): Comparison {
  const compare = right.operators.get(name);
  if (!compare) throw new Error(`no operator ${name}`);
  return compare;
}

export function originalDecorator(name: string): Decorator {
  const decorate = right.decorators.get(name);
  if (!decorate) throw new Error(`no decorator ${name}`);
  return decorate;
}

/** An operator that answers wrongly. */
export function operator(name: string, title: string, compare: Comparison): Mutant {
  const wrong = { ...right, operators: new Map(right.operators).set(name, compare) };
  return { of: name, title, change: inWords(wrong), inIndex: false };
}

/** An operator that is taken for another, by name as well. */
export function mistaken(name: string, other: string): Mutant {
  const spoken = (written: string) => written.replace(new RegExp(`(^|:)${name}$`), `$1${other}`);
  return { of: name, title: `is taken for ${other}`, change: inWords(right, spoken), inIndex: true };
}

export function decorator(name: string, title: string, decorate: Decorator): Mutant {
  const wrong = { ...right, decorators: new Map(right.decorators).set(name, decorate) };
  return { of: name, title, change: inWords(wrong), inIndex: false };
}

/** The same tree, its comparisons made anew in this language. */
function inWords(language: Language, spoken = (written: string) => written): Change {
  return rebuilt((test) => {
    const name = spoken(test.operator);
    return comparisonOf({ ...test, operator: name, compare: compose(name.split(':'), language) });
  });
}

export function compose([name = '', ...rest]: readonly string[], language: Language): Comparison {
  if (rest.length === 0) return language.operators.get(name) ?? original(name);
  const decorate = language.decorators.get(name) ?? originalDecorator(name);
  return decorate(compose(rest, language));
}

/** How the nodes of a tree are made. */
interface Builders {
  readonly test: (test: TestNode) => ConditionTree;
  readonly all: typeof allOf;
  readonly any: typeof anyOf;
  readonly not: typeof notOf;
}

export function rebuilt(test: Builders['test'], builders: Partial<Builders> = {}): Change {
  const { all = allOf, any = anyOf, not = notOf } = builders;
  const change: Change = (tree) => {
    switch (tree.kind) {
      case 'test':
        return test(tree);
      case 'all':
        return all(tree.children.map(change), tree.at);
      case 'any':
        return any(tree.children.map(change), tree.at);
      case 'not':
        return not(change(tree.child), tree.at);
      case 'named':
        return namedAs(tree.name, change(tree.child), tree);
    }
  };
  return change;
}

export function form(of: string, title: string, builders: Partial<Builders>): Mutant {
  return { of, title, change: rebuilt((test) => test, builders), inIndex: true };
}

export function leaf(of: string, title: string, change: (test: TestNode) => TestNode): Mutant {
  return { of, title, change: rebuilt(change), inIndex: true };
}

export function comparing(test: TestNode): TestNode & { readonly compare: Comparison } {
  if (!test.compare) throw new Error(`${test.operator} has no comparison`);
  return { ...test, compare: test.compare };
}
