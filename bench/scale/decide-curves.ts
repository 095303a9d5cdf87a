import {
  type DecideInput,
  type DecisionId,
  decide,
  defaultTenant,
  emptyModel,
  type Rulebook,
} from '../../engine/index.ts';
import { largeCustomers, now, valuesSeen } from '../decide/customers.ts';
import { type BookSize, bookWithoutActions, largeBook, placement, usualSize } from '../decide/large-book.ts';
import type { Curve } from '../report/figures.ts';
import { type Effort, type Grown, processorCosts } from './processor-cost.ts';

const usual: BookSize = { actions: 300, ...usualSize };
const customerCount = 12;

const axes: readonly { readonly what: keyof BookSize; readonly sizes: readonly number[] }[] = [
  { what: 'actions', sizes: [10, 100, 1_000, 10_000] },
  { what: 'features', sizes: [10, 100, 300, 1_000] },
  { what: 'policies', sizes: [1, 10, 30, 100] },
];

/** What one decision costs as its book grows in one direction. */
export async function decideCurves(effort: Effort): Promise<readonly Curve[]> {
  const curves: Curve[] = [];
  for (const { what, sizes } of axes) {
    const sides = sizes.map((size) => decidedBy({ ...usual, [what]: size }, size));
    const points = await processorCosts(sides, effort);
    curves.push({ name: `decide, ${what}`, x: what, y: 'processor time of one decision, us', points });
  }
  return curves;
}

function decidedBy(size: BookSize, x: number): Grown {
  const bare = bookWithoutActions(size);
  const { rulebook } = largeBook(size, valuesSeen(largeCustomers(bare, customerCount), bare));
  const inputs = largeCustomers(rulebook, customerCount).map((state, number) =>
    inputOf(state, number, rulebook),
  );
  let next = 0;
  return {
    size: x,
    once: () => {
      decide(inputs[next] as DecideInput);
      next = (next + 1) % inputs.length;
    },
  };
}

export function inputOf(state: DecideInput['state'], number: number, rulebook: Rulebook): DecideInput {
  if (!state) throw new Error('the customers of a benchmark have states');
  return {
    ...{ id: `bench-${number}` as DecisionId, tenant: defaultTenant, customer: state.key },
    ...{ state, rulebook, model: emptyModel, now },
    cause: { kind: 'request', requestId: `bench-${number}` },
    ...{ seed: `bench-${number}`, placements: [placement], context: {}, explain: false },
    budgets: { left: () => Number.MAX_SAFE_INTEGER },
  };
}
