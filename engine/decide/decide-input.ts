import type { CustomerState } from '../model/customer-state.ts';
import type { DecisionCause } from '../model/decision.ts';
import type { CustomerKey, DecisionId, Tenant } from '../model/ids.ts';
import type { JsonObject } from '../model/json.ts';
import type { ModelSnapshot } from '../model/model-snapshot.ts';
import type { Rulebook } from '../model/rulebook.ts';
import type { TablesInForce } from '../overlays/reference-table.ts';

/** Everything a decision depends on. Equal input, equal decision, byte for byte. */
export interface DecideInput {
  readonly id: DecisionId;
  readonly tenant: Tenant;
  readonly customer: CustomerKey;
  /** The id that asked, where the customer goes under another one. */
  readonly presentedAs?: CustomerKey | undefined;
  /** undefined for a customer never seen. */
  readonly state: CustomerState | undefined;
  readonly rulebook: Rulebook;
  readonly model: ModelSnapshot;
  readonly cause: DecisionCause;
  /** Every chance of the decision derives from it. */
  readonly seed: string;
  /** Epoch ms. */
  readonly now: number;
  readonly placements: readonly string[];
  readonly context: JsonObject;
  /** The event that asked, for triggers. */
  readonly event?: unknown;
  readonly limit?: number;
  /** Adds the failing condition to every reason of the engagement policy. */
  readonly explain: boolean;
  /** Tells the odds of every rank, also those that are not put on record; who forecasts asks for it. */
  readonly tellsOdds?: true;
  readonly budgets: BudgetView;
  /** The reference tables that are in force; absent: none are loaded. */
  readonly tables?: TablesInForce;
  /** Arms by experiment that stand in for those that the customer draws. */
  readonly arms?: ReadonlyMap<string, string>;
  /** Fact values by name that stand in for what the state says. */
  readonly overrides?: ReadonlyMap<string, unknown>;
}

/** What this partition may still spend of each budget: contacts, or millionths of the currency. */
export interface BudgetView {
  /** `wanted` is how much is asked for: whoever keeps the budget learns from it that more is needed than is left. */
  left(budget: string, wanted: number): number;
  /** False for a budget of which nobody knows any more what was left; absent: all are known. */
  isKnown?(budget: string): boolean;
}

export interface BudgetSpend {
  readonly budget: string;
  readonly amount: number;
}
