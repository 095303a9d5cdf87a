import type { TableHeader, TableRow } from '../overlays/reference-table.ts';
import type { CustomerKey, DecisionId } from './ids.ts';
import type { Json } from './json.ts';
import type { Estimate, Tally } from './model-snapshot.ts';

/** What one decision depended on. With the rulebook that it names, the decision is made again from it, byte for byte. */
export interface Receipt {
  readonly form: 1;
  readonly id: DecisionId;
  /** Whose it is: the receipt goes when the customer is erased. */
  readonly customer: CustomerKey;
  /** Epoch ms. */
  readonly at: number;
  /** Version of the rulebook. */
  readonly rulebook: string;
  /** SHA-256, in hex, of the decision's text as it is on record. */
  readonly decision: string;
  /** Versions of the program and of the libraries that it decided with. */
  readonly madeBy: MadeBy;
  /** Random, so that nobody who holds the digest of an erased receipt can try out what stood in it. */
  readonly salt: string;
  /** Absent where it would have been larger than a stream takes: that decision cannot be made again. */
  readonly input?: ReceiptInput;
}

/** Versions by name. */
export type MadeBy = Readonly<Record<string, string>>;

/** The input of a decision as JSON; of what many decisions share, that part alone which was looked at. */
export interface ReceiptInput {
  /** Who asked for what, when, with which seed: every member of the input that is JSON already. */
  readonly asked: Readonly<Record<string, Json>>;
  /** The customer's state as it was decided on, in its stored form as base64; absent for a customer never seen. */
  readonly state?: string;
  readonly model: {
    readonly version: number;
    readonly tallies: Readonly<Record<string, Tally>>;
    /** What models that look at the customer said, where there are any. */
    readonly estimates?: Readonly<Record<string, Estimate>>;
  };
  readonly budgets: Readonly<Record<string, BudgetAnswer>>;
  /** By overlay. */
  readonly tables?: Readonly<Record<string, ReadTable>>;
  /** Arms by experiment that stood in for those that the customer draws. */
  readonly arms?: Readonly<Record<string, string>>;
  /** Facts that stood in for what the state says, by name. */
  readonly overrides?: Readonly<Record<string, Json>>;
}

/** What was left of a budget; pairs where that depended on how much was wanted. */
export type BudgetAnswer = number | readonly (readonly [wanted: number, left: number])[];

/** The rows of a reference table that were looked up. */
export interface ReadTable {
  readonly version: string;
  readonly header: TableHeader;
  readonly rows: readonly TableRow[];
}

/**
 * One link of the chain that vouches for the receipts of a partition. It holds nothing of any customer, so it stays when
 * a receipt is erased.
 */
export interface ChainEntry {
  /** 1, 2, 3 and so on. */
  readonly number: number;
  /** Hash of the entry before; empty for the first. */
  readonly previous: string;
  /** `kept`: these receipts were added. `erased`: these, of earlier entries, were erased with their customer. */
  readonly kind: 'kept' | 'erased';
  readonly receipts: readonly ReceiptMark[];
  /** SHA-256, in hex, over all of the above and the name of the partition. */
  readonly hash: string;
}

export interface ReceiptMark {
  /** Epoch ms; of the decision. */
  readonly at: number;
  /** SHA-256, in hex, of the receipt's text. */
  readonly digest: string;
}
