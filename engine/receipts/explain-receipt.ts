import { CodedError } from '../errors.ts';
import { type ExplainOptions, explainDecision } from '../explain/explain-decision.ts';
import type { FullExplanation } from '../model/explanation.ts';
import type { Receipt } from '../model/receipt.ts';
import type { Rulebook } from '../model/rulebook.ts';
import { reexecute } from './reexecute.ts';

/** A decision that was made again, and why it came out as it did. */
export interface ExplainedReceipt {
  /** Whether it came out as it did then, to the last byte. */
  readonly matches: boolean;
  readonly explanation: FullExplanation;
}

/**
 * Makes a decision again and explains it. NB_UNKNOWN_DECISION where nothing is kept of it, NB_UNKNOWN_RULEBOOK where its
 * rulebook is not.
 */
export function explainReceipt(
  id: string,
  { receipt, rulebook }: { readonly receipt: Receipt | undefined; readonly rulebook: Rulebook | undefined },
  { sha256, ...options }: ExplainOptions & { readonly sha256: (text: string) => string },
): ExplainedReceipt {
  if (!receipt) throw new CodedError('NB_UNKNOWN_DECISION', `No receipt of a decision ${id} is kept.`);
  if (!rulebook) {
    const detail = `The decision was made by rulebook ${receipt.rulebook}, which is not kept any more.`;
    throw new CodedError('NB_UNKNOWN_RULEBOOK', detail);
  }
  const again = reexecute(receipt, rulebook, sha256);
  if (!again) {
    const detail = `The receipt of decision ${id} was too large to be kept whole: it cannot be made again.`;
    throw new CodedError('NB_UNKNOWN_DECISION', detail);
  }
  return { matches: again.matches, explanation: explainDecision(again.input, again.result, options) };
}
