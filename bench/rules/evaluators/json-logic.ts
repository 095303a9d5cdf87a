import { LogicEngine } from 'json-logic-engine';
import type { Comparison, Facts, Tree, Workload } from '../workload.ts';
import type { Evaluator } from './evaluator.ts';

type Compiled = (facts: Facts) => readonly unknown[];
type Logic = unknown;

/** Rules compiled with `build`, a number of them at a time: a function gives the results of its rules as a list. */
export class JsonLogicEvaluator implements Evaluator {
  private readonly compiled: readonly Compiled[];
  private readonly customers: readonly Facts[];
  private next = 0;
  private sum = 0;

  constructor({ actions, customers }: Workload, rulesPerFunction: number) {
    this.customers = customers;
    const engine = new LogicEngine();
    const rules = actions.map(({ tiers }) => {
      const trees = tiers.flatMap((tree) => (tree ? [tree] : []));
      return toLogic(trees.length === 1 && trees[0] ? trees[0] : { all: trees });
    });
    const compiled: Compiled[] = [];
    for (let from = 0; from < rules.length; from += rulesPerFunction) {
      compiled.push(engine.build(rules.slice(from, from + rulesPerFunction)) as Compiled);
    }
    this.compiled = compiled;
  }

  run(calls: number): void {
    for (let call = 0; call < calls; call += 1) {
      const facts = this.customers[this.next] as Facts;
      for (const evaluate of this.compiled) {
        for (const result of evaluate(facts)) if (result) this.sum += 1;
      }
      this.next = (this.next + 1) % this.customers.length;
    }
  }

  matched(customer: number): readonly number[] {
    const results = this.compiled.flatMap((evaluate) => evaluate(this.customers[customer] as Facts));
    return [...results.keys()].filter((rule) => Boolean(results[rule]));
  }
}

function toLogic(tree: Tree): Logic {
  if ('all' in tree) return tree.all.length === 0 ? true : { and: tree.all.map(toLogic) };
  if ('any' in tree) return { or: tree.any.map(toLogic) };
  if ('not' in tree) return { '!': [toLogic(tree.not)] };
  return toComparison(tree);
}

function toComparison({ fact, operator, value }: Comparison): Logic {
  const read = { var: fact };
  switch (operator) {
    case 'lessThan':
      return { '<': [read, value] };
    case 'lessThanInclusive':
      return { '<=': [read, value] };
    case 'greaterThan':
      return { '>': [read, value] };
    case 'greaterThanInclusive':
      return { '>=': [read, value] };
    case 'equal':
      return { '===': [read, value] };
    case 'notEqual':
      return { '!==': [read, value] };
    case 'in':
      return { in: [read, value] };
    case 'notIn':
      return { '!': [{ in: [read, value] }] };
  }
}
