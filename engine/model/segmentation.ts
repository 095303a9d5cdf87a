import type { TablesInForce } from '../overlays/reference-table.ts';
import type { CustomerState, Profile } from './customer-state.ts';
import type { FactValues, Segment } from './rulebook.ts';

/** A rulebook's segments as they are kept up: what is read for them, and when an answer may change by time alone. */
export interface Segmentation {
  /** Follows from all definitions that memberships follow from. */
  readonly version: string;
  readonly segments: readonly KeptSegment[];
  /** Slots of all facts that are read to judge a customer. */
  readonly slots: readonly number[];
  readonly reads: SegmentReads;
}

export interface KeptSegment {
  readonly segment: Segment;
  /** Follows from the definition: the condition and the features behind it. */
  readonly version: string;
  /** Slots of the facts that its condition reads. */
  readonly slots: readonly number[];
  /** Slot of the feature whose sum is the segment's value. */
  readonly valueSlot?: number;
  /** Absent: time alone never changes who is in it. */
  readonly course?: SegmentCourse;
}

/** What the segments read of a customer. Where none of it changed, nobody is judged anew. */
export interface SegmentReads {
  /** Keys of the features, those behind the values included. */
  readonly features: readonly string[];
  /** Names of traits. */
  readonly traits: readonly string[] | 'all';
  readonly overlays: readonly string[];
  /** When the customer was seen first and last. */
  readonly seen: boolean;
}

/** A customer as of a moment, to find out from when on a condition may be answered in another way. */
export interface SegmentView {
  readonly state: CustomerState;
  readonly profiles: readonly Profile[];
  readonly facts: FactValues;
  readonly at: number;
  readonly tables?: TablesInForce;
}

/**
 * A moment after `view.at` before which the answer stays as it is while the customer does; undefined: it stays for ever.
 * Facts of which nothing better is known are looked at again after `segmentRecheckMs`.
 */
export type SegmentCourse = (view: SegmentView) => number | undefined;
