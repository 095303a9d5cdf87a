import type { CustomerClass } from '../learning/uplift.ts';
import type { ReasonCode } from '../reasons.ts';
import type { PolicySight } from './contact-policy.ts';
import type { FailedCondition, Reason } from './decision.ts';
import type { CustomerKey, DecisionId } from './ids.ts';
import type { Json } from './json.ts';

/** Why each candidate of a decision did or did not appear, and what would have to be otherwise for it to. */
export interface FullExplanation {
  readonly decision: DecisionId;
  readonly customer: CustomerKey;
  /** Epoch ms. */
  readonly at: number;
  /** The time zone in which the sentences tell times: the customer's. */
  readonly timeZone: string;
  readonly placements: readonly ExplainedPlacement[];
}

export interface ExplainedPlacement {
  readonly placement: string;
  readonly channel: string;
  /**
   * Of a placement with `rankBy: uplift`: what it went by. It goes by response as long as it is not known what happens
   * without any action.
   */
  readonly rankedBy?: 'uplift' | 'response';
  /** Number of actions still in after each stage, in the order of the pipeline. */
  readonly funnel: Readonly<Record<string, number>>;
  /** One per candidate, in the order of the decision's reasons. */
  readonly actions: readonly ExplainedAction[];
  /** One sentence on what the customer saw here. */
  readonly words: string;
}

/** Where a definition or a condition stands in the rule files; both numbers count from 1. */
export interface RulePlace {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

export interface ExplainedAction {
  readonly action: string;
  readonly treatment?: string;
  readonly code: ReasonCode;
  /** The policy, budget, purpose or experiment that spoke. */
  readonly by?: string;
  /** Where the rule that spoke stands. */
  readonly place?: RulePlace;
  /** The first condition that failed, with the value it saw. */
  readonly failed?: FailedCondition;
  /** What a contact policy counted. */
  readonly seen?: Pick<PolicySight, 'count' | 'limit'>;
  /** Epoch ms from which the policy or the quiet hour alone would not stand in the way, if nothing else happens. */
  readonly until?: number;
  /** Of one that got as far as being ranked: its factors, and those of the one that it would have had to beat. */
  readonly ranking?: ComparedRanking;
  /** Absent for what was chosen. */
  readonly counterfactual?: Counterfactual;
  /** Sentences that can be read to a customer. */
  readonly words: string;
}

export interface ComparedRanking {
  readonly own: RankedFactors;
  /** The last that was shown in this placement. */
  readonly last?: RankedFactors;
}

/** What a priority was made of. */
export interface RankedFactors {
  readonly action: string;
  readonly treatment: string;
  readonly priority: number;
  readonly P: number;
  /** Propensity without any action, where the placement ranks by `P - P0`, with what that makes of the customer. */
  readonly P0?: number;
  readonly class?: CustomerClass;
  readonly V: number;
  readonly C: number;
  readonly L: number;
  readonly cost: number;
  /** Of what was shown: how likely that was. */
  readonly probability?: number;
}

/** The smallest change that was found. It was applied and the decision made again: what it claims did happen. */
export type Counterfactual =
  | {
      readonly found: true;
      /** All of them are needed: without any one of them the action stays out. */
      readonly alterations: readonly Alteration[];
      /** What becomes of the action then. `outranked`: it would have been among those that were ranked. */
      readonly becomes: 'chosen' | 'outranked';
      /** Budgets that would have had to pay for it, of which it is not known what was left. */
      readonly provided?: readonly string[];
    }
  | {
      readonly found: false;
      /**
       * `fixed`: nothing about the customer, the time or the limits stands in the way, but the rules themselves.
       * `none`: none was found among the changes that are tried. `given-up`: not within the decisions that may be made.
       */
      readonly why: 'fixed' | 'none' | 'given-up';
      /** The farthest that it got: what stood in the way there. */
      readonly barrier: Reason;
    };

/** One thing that would have to be otherwise. */
export type Alteration =
  /** A fact has another value; absent: none. */
  | {
      readonly kind: 'fact';
      readonly fact: string;
      /** The property chain below the fact, where only a part of it is another. */
      readonly path?: readonly string[];
      readonly from?: Json;
      readonly to?: Json;
    }
  /** `marketing` or `marketing/email` is granted. */
  | { readonly kind: 'consent'; readonly purpose: string }
  /** It is asked at another time, epoch ms. */
  | { readonly kind: 'time'; readonly at: number }
  /** The customer had so many fewer of the contacts that a policy speaks of. */
  | { readonly kind: 'contacts'; readonly policy: string; readonly fewer: number }
  /** So much more is left of a budget: contacts, or millionths of the currency. */
  | { readonly kind: 'budget'; readonly budget: string; readonly more: number }
  /** One conversion of the action is worth so much. */
  | { readonly kind: 'value'; readonly action: string; readonly from: number; readonly to: number }
  /** The action's priority is multiplied by so much. */
  | { readonly kind: 'lever'; readonly action: string; readonly from: number; readonly to: number }
  /** The customer is in another arm of an experiment. */
  | { readonly kind: 'arm'; readonly experiment: string; readonly from: string; readonly to: string }
  /** This placement is asked for without the others of the request. */
  | { readonly kind: 'alone'; readonly placement: string }
  /** The placement shows so many. */
  | { readonly kind: 'places'; readonly placement: string; readonly from: number; readonly to: number };
