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

const axes: readonly { readonly what: keyof BookSize; readonly sizes: readonly number[] }[] = [
  { what: 'actions', sizes: [10, 100, 300, 1_000, 3_000, 10_000] },
  { what: 'features', sizes: [10, 100, 300, 1_000] },
  { what: 'policies', sizes: [1, 10, 30, 100] },
];

interface CurvesEffort extends Effort {
  readonly customers: number;
  /** Large books take seconds to make. */
  readonly actionsMost: number;
}

/** What one decision costs as its book grows in one direction. */
export async function decideCurves({
  customers,
  actionsMost,
  ...effort
}: CurvesEffort): Promise<readonly Curve[]> {
  const seen = seenBy(customers);
  const curves: Curve[] = [];
  for (const { what, sizes } of axes) {
    const wanted = sizes.filter((size) => what !== 'actions' || size <= actionsMost);
    const sides = wanted.map((size) => decidedBy({ ...usual, [what]: size }, { x: size, customers, seen }));
    const points = await processorCosts(sides, effort);
    curves.push({ name: `decide, ${what}`, x: what, y: 'processor time of one decision, us', points });
  }
  return curves;
}

/** What customers have, by the number of features: it takes a while to find out. */
function seenBy(customers: number): (size: BookSize) => Seen {
  const known = new Map<number, Seen>();
  return (size) => {
    const bare = bookWithoutActions(size);
    const seen = known.get(size.features) ?? valuesSeen(largeCustomers(bare, customers), bare);
    known.set(size.features, seen);
    return seen;
  };
}

type Seen = ReturnType<typeof valuesSeen>;

function decidedBy(
  size: BookSize,
  {
    x,
    customers,
    seen,
  }: { readonly x: number; readonly customers: number; readonly seen: (size: BookSize) => Seen },
): Grown {
  const { rulebook } = largeBook(size, seen(size));
  const inputs = largeCustomers(rulebook, customers).map((state, number) => inputOf(state, number, rulebook));
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
