import type { Validity } from './rulebook.ts';

/**
 * Experiments: customers are dealt into arms, by a hash of the experiment and of the id that was seen first of them, and
 * an arm says what of the book is meant for them.
 */

/** One arm. The customers whose draw lies below `until`, and not below that of the arm before it, are in it. */
export interface ExperimentShare {
  readonly arm: string;
  /** The part of the customers that is in it, 0..1. */
  readonly share: number;
  /** 0..1; ascending, the last one is 1. */
  readonly until: number;
}

interface ExperimentBase {
  readonly name: string;
  readonly salt: string;
  /** Outside of it nobody is in an arm. */
  readonly valid: Validity;
  /** In the order of their names, so that a file that is arranged anew deals the same. */
  readonly shares: readonly ExperimentShare[];
}

/** Which contacts a hold-out speaks of; an empty list means all. */
export interface HoldoutMatch {
  readonly channels: readonly string[];
  readonly placements: readonly string[];
  /** Full names. */
  readonly groups: readonly string[];
  readonly actions: readonly string[];
}

/** Customers in the arm `holdout` get nothing of what it matches, those in `treated` are treated as always. */
export interface HoldoutExperiment extends ExperimentBase {
  readonly kind: 'holdout';
  readonly match: HoldoutMatch;
}

/** Which treatments of one action customers may see. Those that no arm lists are open to all. */
export interface TreatmentExperiment extends ExperimentBase {
  readonly kind: 'treatments';
  readonly action: string;
  readonly lists: ArmLists;
}

/** Which actions customers may be offered. Those that no arm lists are open to all. */
export interface ActionExperiment extends ExperimentBase {
  readonly kind: 'actions';
  readonly lists: ArmLists;
}

/** Customers in the arm `challenger` are decided on by another rulebook, those in `champion` by the book itself. */
export interface ChallengerExperiment extends ExperimentBase {
  readonly kind: 'challenger';
  readonly challenger: string;
}

/**
 * For customers in the arm `control` chance fills every rank, in place of the ranking: each option that is left after every
 * constraint is as likely as the other. Those in `treated` are ranked for as always.
 */
export interface ModelControlExperiment extends ExperimentBase {
  readonly kind: 'modelControl';
}

export type Experiment =
  | HoldoutExperiment
  | TreatmentExperiment
  | ActionExperiment
  | ChallengerExperiment
  | ModelControlExperiment;

export interface ArmLists {
  /** What each arm may see, as it is written. */
  readonly open: ReadonlyMap<string, readonly string[]>;
  /** What the other arms list and this one does not. */
  readonly closed: ReadonlyMap<string, readonly string[]>;
}
