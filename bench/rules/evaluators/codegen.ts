import type { Comparison, Facts, FactValue, Tree, Workload } from '../workload.ts';
import { bitsOf, type Evaluator } from './evaluator.ts';

type Generated = (facts: Facts, words: Int32Array) => void;

export interface CodegenForm {
  /** A large function stays in the interpreter or the baseline compiler, a small one is optimised. */
  readonly rulesPerFunction: number;
  /** Reads each fact once into a local variable, and not wherever it is compared. */
  readonly locals: boolean;
}

/** Straight-line JavaScript, one `if` per rule, that sets the rule's bit. */
export class CodegenEvaluator implements Evaluator {
  private readonly generated: readonly Generated[];
  private readonly customers: readonly Facts[];
  private readonly words: Int32Array;
  private next = 0;
  private sum = 0;

  constructor({ actions, factNames, customers }: Workload, { rulesPerFunction, locals }: CodegenForm) {
    this.customers = customers;
    this.words = new Int32Array(Math.ceil(actions.length / 32));
    const read = (fact: string): string => (locals ? `fact_${fact}` : `facts.${fact}`);
    const lines = actions.map(({ tiers }, index) => {
      const all = tiers.flatMap((tree) => (tree ? [tree] : []));
      return `if (${toJavaScript({ all }, read)}) words[${index >>> 5}] |= ${1 << (index & 31)};`;
    });
    const head = locals ? factNames.map((fact) => `const ${read(fact)} = facts.${fact};`) : [];
    const generated: Generated[] = [];
    for (let from = 0; from < lines.length; from += rulesPerFunction) {
      const body = [...head, ...lines.slice(from, from + rulesPerFunction)].join('\n');
      generated.push(new Function('facts', 'words', body) as Generated);
    }
    this.generated = generated;
  }

  run(calls: number): void {
    const { customers, words } = this;
    let { sum, next } = this;
    for (let call = 0; call < calls; call += 1) {
      this.evaluate(customers[next] as Facts);
      sum ^= words[0] as number;
      next = next + 1 === customers.length ? 0 : next + 1;
    }
    this.sum = sum;
    this.next = next;
  }

  matched(customer: number): readonly number[] {
    this.evaluate(this.customers[customer] as Facts);
    return bitsOf(this.words);
  }

  private evaluate(facts: Facts): void {
    const { generated, words } = this;
    words.fill(0);
    for (let index = 0; index < generated.length; index += 1) (generated[index] as Generated)(facts, words);
  }
}

type Read = (fact: string) => string;

function toJavaScript(tree: Tree, read: Read): string {
  if ('all' in tree) return joined(tree.all, '&&', read);
  if ('any' in tree) return joined(tree.any, '||', read);
  if ('not' in tree) return `!(${toJavaScript(tree.not, read)})`;
  return toComparison(tree, read(tree.fact));
}

function joined(trees: readonly Tree[], operator: '&&' | '||', read: Read): string {
  if (trees.length === 0) return 'true';
  return trees
    .map((tree) => ('any' in tree ? `(${toJavaScript(tree, read)})` : toJavaScript(tree, read)))
    .join(` ${operator} `);
}

const signs = {
  lessThan: '<',
  lessThanInclusive: '<=',
  greaterThan: '>',
  greaterThanInclusive: '>=',
  equal: '===',
  notEqual: '!==',
} as const;

function toComparison({ operator, value }: Comparison, fact: string): string {
  const values = (Array.isArray(value) ? value : [value]) as readonly FactValue[];
  if (operator === 'in') return `(${values.map((one) => `${fact} === ${JSON.stringify(one)}`).join(' || ')})`;
  if (operator === 'notIn') return values.map((one) => `${fact} !== ${JSON.stringify(one)}`).join(' && ');
  return `${fact} ${signs[operator]} ${JSON.stringify(value)}`;
}
