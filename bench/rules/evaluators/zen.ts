import { ZenDecisionContent, ZenEngine } from '@gorules/zen-engine';
import type { Facts, Workload } from '../workload.ts';
import type { Evaluator } from './evaluator.ts';
import { columnsByFact, columnsOfExpressions, type ZenTable } from './zen-table.ts';

export interface ZenForm {
  /** A column per fact with cells such as `> 5`, as its editor makes them; or columns with whole expressions. */
  readonly columns: 'facts' | 'expressions';
}

interface ZenHit {
  readonly action: number;
}

/**
 * One decision table with one row per action, which gives all rows that hit. The content is precompiled
 * (`ZenDecisionContent`) and the decision created once, so that a call is `decision.evaluate(facts)` and nothing else;
 * that is its fastest call. It has no synchronous one: each goes through a thread pool, which costs most for few rules.
 */
export class ZenEvaluator implements Evaluator {
  private readonly decision: ReturnType<ZenEngine['createDecision']>;
  private readonly customers: readonly Facts[];
  private next = 0;
  private sum = 0;

  constructor(workload: Workload, { columns }: ZenForm) {
    this.customers = workload.customers;
    const table = columns === 'facts' ? columnsByFact(workload) : columnsOfExpressions(workload);
    this.decision = new ZenEngine().createDecision(new ZenDecisionContent(graphOf(table)));
  }

  async run(calls: number): Promise<void> {
    for (let call = 0; call < calls; call += 1) {
      this.sum += (await this.evaluate(this.next)).length;
      this.next = (this.next + 1) % this.customers.length;
    }
  }

  async matched(customer: number): Promise<readonly number[]> {
    return (await this.evaluate(customer)).map(({ action }) => action);
  }

  private async evaluate(customer: number): Promise<readonly ZenHit[]> {
    return (await this.decision.evaluate(this.customers[customer])).result as readonly ZenHit[];
  }
}

/** A decision graph with nothing but the table in it. */
function graphOf({ inputs, rules }: ZenTable): object {
  const position = { x: 0, y: 0 };
  const outputs = [{ id: 'action', name: 'action', field: 'action' }];
  const content = { hitPolicy: 'collect', inputs, outputs, rules };
  return {
    nodes: [
      { id: 'in', type: 'inputNode', name: 'in', position },
      { id: 'table', type: 'decisionTableNode', name: 'table', position, content },
      { id: 'out', type: 'outputNode', name: 'out', position },
    ],
    edges: [
      { id: 'in-table', type: 'edge', sourceId: 'in', targetId: 'table' },
      { id: 'table-out', type: 'edge', sourceId: 'table', targetId: 'out' },
    ],
  };
}
