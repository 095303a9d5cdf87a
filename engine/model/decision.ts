import type { ReasonCode } from '../reasons.ts';
import type { PolicySight } from './contact-policy.ts';
import type { CustomerKey, DecisionId, Tenant } from './ids.ts';
import type { Json } from './json.ts';

/** One treatment that was chosen. */
export interface DecidedTreatment {
  readonly action: string;
  readonly group: string;
  readonly treatment: string;
  /** The treatment's content with its templates filled in. */
  readonly content: Json;
  /** The form for decision streams, where the content holds personal data: those parts are left for the channel to fill in. */
  readonly published?: Json;
  /** 1 is the best. */
  readonly rank: number;
  /** `P x V x C x L - cost`, in the rulebook's currency. */
  readonly priority: number;
  /** Propensity, 0..1. */
  readonly P: number;
  /** Propensity without any action, where the placement ranks by `P - P0`; absent: it does not, or it is not known yet. */
  readonly P0?: number;
  /** Value of one conversion, in the rulebook's currency. */
  readonly V: number;
  /** Context weight; 1 is neutral. */
  readonly C: number;
  /** Lever; 1 is neutral. */
  readonly L: number;
  /** Cost of one contact in this channel, in the rulebook's currency. */
  readonly cost: number;
  /**
   * The probability with which this treatment stood at this rank, given the ranks before it; after every constraint,
   * so that an off-policy estimate may divide by it. 1 when nothing was left to chance.
   */
  readonly probability: number;
}

/** Content shown when no action was left. It is not an action and counts against no policy. */
export interface FallbackTreatment {
  readonly fallback: true;
  readonly content: Json;
  readonly published?: Json;
}

/** Why one candidate action did or did not appear. */
export interface Reason {
  readonly action: string;
  /** Empty where the action never got as far as a treatment. */
  readonly treatment?: string;
  readonly code: ReasonCode;
  /** Short detail: the policy, budget, purpose or experiment that spoke. */
  readonly by?: string;
  /** When what stands in the way is over, epoch ms; told of quiet hours. */
  readonly until?: number;
  /** Only when an explanation was asked for: the first condition that failed. */
  readonly failed?: FailedCondition;
  /** Only when an explanation was asked for: what the contact policy saw. */
  readonly seen?: PolicySight;
}

/** The first condition that failed, with the value it saw. */
export interface FailedCondition {
  readonly fact: string;
  readonly operator: string;
  readonly expected: Json | undefined;
  readonly seen: Json | undefined;
  /** The segment that the condition belongs to. */
  readonly segment?: string;
}

/** What one placement got. */
export interface PlacementDecision {
  readonly placement: string;
  readonly channel: string;
  readonly treatments: readonly DecidedTreatment[];
  readonly fallback?: FallbackTreatment;
  /** One per candidate action, none missing. */
  readonly reasons: readonly Reason[];
  /** On record, and told with an explanation; neither answered else nor published. Absent where nothing was weighed, or where too much was. */
  readonly odds?: PlacementOdds;
  /**
   * On record, as the odds are. The couple of the placement fell: the probability of what had been chosen here and was taken
   * back. Absent where that was certain: else another choice might have stood, and how likely that was is not known.
   */
  readonly takenBack?: number;
}

/** What might have stood in a placement, and how likely that was. The lists of one placement run side by side. */
export interface PlacementOdds {
  /** `action/treatment` of each option that could have stood at some rank; `none/none` is to show nothing there. */
  readonly options: readonly string[];
  /** Their propensities, as they were ranked by. */
  readonly P: readonly number[];
  /**
   * By rank, the final probability of each option given the ranks before it; they sum to 1, and 0 is what could not stand
   * there any more. Ranks that are filled are told from the first on, as many as there is room for.
   */
  readonly ranks: readonly (readonly number[])[];
}

/** What asked for a decision. */
export type DecisionCause =
  | { readonly kind: 'request'; readonly requestId: string }
  | {
      readonly kind: 'trigger';
      readonly trigger: string;
      readonly messageId: string;
      /** When it asked first, epoch ms, where quiet hours put the decision off since. */
      readonly since?: number;
    };

/**
 * The customer's arm in an experiment: `holdout` or `treated` of a hold-out, `challenger` or `champion` of a challenge
 * between rulebooks, `control` or `treated` of a model control, else as the experiment names it.
 */
export interface ExperimentArm {
  readonly experiment: string;
  readonly arm: string;
}

/** A decision as it is recorded: enough to answer, to publish, to learn from and to explain. */
export interface Decision {
  readonly id: DecisionId;
  readonly tenant: Tenant;
  readonly customer: CustomerKey;
  /** The id that was presented, where it had been merged into the customer's: its contacts and outcomes go by it. */
  readonly presentedAs?: CustomerKey;
  /** Epoch milliseconds; the `now` that every window of this decision was read at. */
  readonly at: number;
  readonly cause: DecisionCause;
  /** Version (content hash) of the rulebook. */
  readonly rulebook: string;
  /** Version of the propensity snapshot. */
  readonly model: number;
  /** Versions of the reference tables that it read, by overlay; those beside the rules go by the rulebook's version. */
  readonly tables?: Readonly<Record<string, string>>;
  /** Every chance in this decision derives from it. */
  readonly seed: string;
  /** Of every experiment in force, whether it changed anything here or not. */
  readonly arms: readonly ExperimentArm[];
  readonly placements: readonly PlacementDecision[];
  /** The store did not answer in time: decided on the request alone; nothing of it is stored, and nothing counts. */
  readonly degraded?: true;
  /** Asked for to look at: nothing of it is stored, and nothing counts. */
  readonly preview?: true;
  /** Nothing was chosen because of quiet hours, and it is decided anew then; epoch ms. */
  readonly putOffUntil?: number;
}

/** How the candidates of each placement fell away, and why each of them did. */
export interface Explanation {
  readonly placements: Readonly<Record<string, PlacementExplanation>>;
}

export interface PlacementExplanation {
  /** Number of actions still in after each stage, in the order of the pipeline. */
  readonly funnel: Readonly<Record<string, number>>;
  readonly reasons: readonly Reason[];
  readonly odds?: PlacementOdds;
}
