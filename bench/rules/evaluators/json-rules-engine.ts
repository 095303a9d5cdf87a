import { Engine } from 'json-rules-engine';
import type { Facts, Tree, Workload } from '../workload.ts';
import type { Evaluator } from './evaluator.ts';

/** One rule per action and tier, all in one engine, which is built once; the facts are passed to each run. */
export class JsonRulesEngineEvaluator implements Evaluator {
  private readonly engine = new Engine();
  private readonly customers: readonly Facts[];
  /** How many rules each action has. */
  private readonly rulesOf: readonly number[];
  private next = 0;
  private sum = 0;

  constructor({ actions, customers }: Workload) {
    this.customers = customers;
    this.rulesOf = actions.map(({ tiers }) => tiers.filter((tree) => tree !== undefined).length);
    for (const [index, { tiers }] of actions.entries()) {
      for (const tree of tiers) {
        if (tree) this.engine.addRule({ conditions: rooted(tree) as never, event: { type: String(index) } });
      }
    }
  }

  async run(calls: number): Promise<void> {
    for (let call = 0; call < calls; call += 1) {
      const { events } = await this.engine.run(this.customers[this.next]);
      this.sum += events.length;
      this.next = (this.next + 1) % this.customers.length;
    }
  }

  /** An action matches when all its rules do; counting them is not part of what is timed. */
  async matched(customer: number): Promise<readonly number[]> {
    const { events } = await this.engine.run(this.customers[customer]);
    const hits = new Map<number, number>();
    for (const { type } of events) hits.set(Number(type), (hits.get(Number(type)) ?? 0) + 1);
    return [...this.rulesOf.keys()].filter((action) => (hits.get(action) ?? 0) === this.rulesOf[action]);
  }
}

/** The engine wants a group at the top. */
function rooted(tree: Tree): Tree {
  return 'fact' in tree ? { all: [tree] } : tree;
}
