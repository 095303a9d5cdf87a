import { Engine } from 'json-rules-engine';
import type { DecideInput } from '../../engine/index.ts';
import { decide } from '../../engine/index.ts';
import type { Timed } from '../measure/take-turns.ts';
import type { FactValue, Tree } from '../rules/workload.ts';

/** The engagement policies of the same book in json-rules-engine: a rule for each tier of each action, in one engine. */
export class ReferenceEngine implements Timed {
  private readonly engine = new Engine([], { allowUndefinedFacts: true });
  private readonly tiers: readonly (readonly (Tree | undefined)[])[];
  private readonly facts: readonly Record<string, FactValue>[];
  private next = 0;

  constructor(
    tiers: readonly (readonly (Tree | undefined)[])[],
    facts: readonly Record<string, FactValue>[],
  ) {
    this.tiers = tiers;
    this.facts = facts;
    for (const [action, trees] of tiers.entries()) {
      for (const tree of trees) {
        if (tree) this.engine.addRule({ conditions: rooted(tree) as never, event: { type: `${action}` } });
      }
    }
  }

  async run(calls: number): Promise<void> {
    for (let call = 0; call < calls; call += 1) {
      await this.engine.run(this.facts[this.next]);
      this.next = (this.next + 1) % this.facts.length;
    }
  }

  /** Actions whose conditions all hold for one customer. */
  async matched(customer: number): Promise<ReadonlySet<number>> {
    const { events } = await this.engine.run(this.facts[customer]);
    const hits = new Map<number, number>();
    for (const { type } of events) hits.set(Number(type), (hits.get(Number(type)) ?? 0) + 1);
    const all = this.tiers.map((trees) => trees.filter((tree) => tree !== undefined).length);
    return new Set([...all.keys()].filter((action) => (hits.get(action) ?? 0) === all[action]));
  }
}

/** The engine wants a group at the top. */
function rooted(tree: Tree): Tree {
  return 'fact' in tree ? { all: [tree] } : tree;
}

/** Throws where the two do not agree on who is turned away by an engagement policy. */
export async function checkAgreement(
  reference: ReferenceEngine,
  inputs: readonly DecideInput[],
): Promise<void> {
  for (const [customer, input] of inputs.entries()) {
    const matched = await reference.matched(customer);
    const { reasons } = decide(input).decision.placements[0] ?? { reasons: [] };
    for (const { action, code } of reasons) {
      const isOut = code === 'eligibility' || code === 'applicability' || code === 'suitability';
      if (isOut === matched.has(Number(action.slice('action-'.length)))) {
        throw new Error(`customer ${customer}: ${action} is judged otherwise by json-rules-engine`);
      }
    }
  }
}
