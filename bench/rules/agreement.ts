import type { Evaluator } from './evaluators/evaluator.ts';
import type { Workload } from './workload.ts';

export interface Agreement {
  readonly ours: Evaluator;
  readonly theirs: Evaluator;
  readonly name: string;
  /** How long to go on; the first customer, which may have to wait for compilers, comes on top. */
  readonly forMs: number;
}

/**
 * Compares the matches of two evaluators, customer by customer, until the time is over. Throws at the first difference:
 * the time of a wrong answer means nothing. Returns how many customers were compared.
 */
export async function agree(workload: Workload, agreement: Agreement): Promise<number> {
  const started = process.hrtime.bigint();
  await agreeOn(0, workload, agreement);
  const first = process.hrtime.bigint();
  const limit = BigInt(agreement.forMs) * 1_000_000n;
  // Where one match takes many seconds, one has to do.
  if (first - started > limit * 10n) return 1;
  let customer = 1;
  while (customer < workload.customers.length && process.hrtime.bigint() - first < limit) {
    await agreeOn(customer, workload, agreement);
    customer += 1;
  }
  return customer;
}

async function agreeOn(
  customer: number,
  workload: Workload,
  { ours, theirs, name }: Agreement,
): Promise<void> {
  const expected = await ours.matched(customer);
  const found = await theirs.matched(customer);
  const index = firstDifference(expected, found);
  if (index === undefined) return;
  throw new Error(
    `${workload.book} book of ${workload.actions.length}, customer ${customer}: nextbest matches ` +
      `${expected.length} actions, ${name} ${found.length}; the first difference is ` +
      `${expected[index]} against ${found[index]}`,
  );
}

function firstDifference(one: readonly number[], other: readonly number[]): number | undefined {
  const length = Math.max(one.length, other.length);
  for (let index = 0; index < length; index += 1) if (one[index] !== other[index]) return index;
  return undefined;
}

/** How many of the actions match a customer in the mean, as a share. */
export async function matchedShare(workload: Workload, evaluator: Evaluator): Promise<number> {
  let matched = 0;
  for (const customer of workload.customers.keys()) matched += (await evaluator.matched(customer)).length;
  return matched / workload.customers.length / workload.actions.length;
}
