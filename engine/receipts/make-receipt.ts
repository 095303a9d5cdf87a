import { encodeState } from '../customer/codec.ts';
import type { DecideInput } from '../decide/decide-input.ts';
import { limits } from '../limits.ts';
import type { Json } from '../model/json.ts';
import type { MadeBy, Receipt, ReceiptInput } from '../model/receipt.ts';
import { toBase64 } from './base64.ts';
import type { NotedInput, NotedReads } from './note-reads.ts';

/** What receipts are made with. Absent where none are kept, and then a decision does nothing for them. */
export interface ReceiptMaking {
  /** SHA-256 of the text in UTF-8, in lower-case hex. */
  readonly sha256: (text: string) => string;
  readonly madeBy: MadeBy;
}

/** A receipt that is complete but for its salt, which is drawn where chance is allowed. */
export type UnsaltedReceipt = Omit<Receipt, 'salt'>;

/**
 * The receipt of a decision that was just made. `text` is the decision as it is on record; `stored` may bring the state's
 * stored form where that is at hand.
 */
export function makeReceipt(
  { input, reads }: NotedInput,
  { making, text, stored }: MadeDecision,
): UnsaltedReceipt {
  const { id, customer, now, rulebook } = input;
  return {
    form: 1,
    id,
    customer,
    at: now,
    rulebook: rulebook.version,
    decision: making.sha256(text),
    madeBy: making.madeBy,
    input: receiptInput(input, reads, stored),
  };
}

export interface MadeDecision {
  readonly making: ReceiptMaking;
  readonly text: string;
  readonly stored?: Uint8Array | undefined;
}

/** Everything that is JSON is kept as it is, so that a member that is added to the input is in the receipt as well. */
function receiptInput(
  {
    rulebook: _rulebook,
    model,
    state,
    budgets: _budgets,
    tables: _tables,
    overrides,
    arms,
    ...asked
  }: DecideInput,
  reads: NotedReads,
  stored: Uint8Array | undefined,
): ReceiptInput {
  const tables = reads.tables();
  const estimates = reads.estimates();
  return {
    asked: asked as unknown as Readonly<Record<string, Json>>,
    ...(state && { state: toBase64(stored ?? encodeState(state)) }),
    model: { version: model.version, tallies: reads.tallies(), ...(estimates && { estimates }) },
    budgets: reads.budgets(),
    ...(tables && { tables }),
    ...(arms && { arms: Object.fromEntries(arms) }),
    ...(overrides && { overrides: Object.fromEntries(overrides) as Readonly<Record<string, Json>> }),
  };
}

const encoder = new TextEncoder();

/** The text that is kept, and that its digest is of. What a stream would not take is kept without its input. */
export function textOfReceipt(receipt: Receipt): string {
  const text = JSON.stringify(receipt);
  // No character takes more than three bytes, and hardly any receipt comes near the bound.
  const fits =
    3 * text.length <= limits.messageBytesMax || encoder.encode(text).length <= limits.messageBytesMax;
  if (fits) return text;
  const { input: _, ...rest } = receipt;
  return JSON.stringify(rest);
}
