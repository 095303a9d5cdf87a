import type { UnsaltedReceipt } from './make-receipt.ts';

interface WithReceipts {
  readonly receipts?: readonly UnsaltedReceipt[];
}

/** The receipts of one step and of the next, as a member; none while there are none. */
export function joinedReceipts(first: WithReceipts, second: WithReceipts): WithReceipts {
  if (!first.receipts) return second.receipts ? { receipts: second.receipts } : {};
  return { receipts: second.receipts ? [...first.receipts, ...second.receipts] : first.receipts };
}
