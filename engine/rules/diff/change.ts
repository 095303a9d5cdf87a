import type { Json } from '../../model/json.ts';
import type { DefinitionKind } from '../../model/rulebook.ts';

/** What one rulebook means that another did not, one change at a time. */

export type Subject = DefinitionKind | 'consent' | 'arbitration' | 'holdout' | 'challenger' | 'setting';

/** What a change bears on, the most important first. */
export const topics = ['contacts', 'ranking', 'content', 'learning', 'wording'] as const;
export type Topic = (typeof topics)[number];

/** How many contacts customers get by a change; only said of the topic `contacts`. */
export const reaches = ['fewer', 'more', 'other', 'unclear', 'same'] as const;
export type Reach = (typeof reaches)[number];

/**
 * What became of a condition. `shifted`: some come in, others drop out. `moved`: the same customers pass, but another
 * tier turns the others away. `not-tightened` and `not-loosened`: one direction could not be told.
 */
export type ConditionVerdict =
  | 'loosened'
  | 'tightened'
  | 'shifted'
  | 'equal'
  | 'moved'
  | 'not-tightened'
  | 'not-loosened'
  | 'unclear';

/** Where to look: in the new book, or in the old one for what is gone. Lines and columns count from 1. */
export interface ChangePlace {
  readonly side: 'before' | 'after';
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

interface ChangeOf {
  readonly of: Subject;
  /** In the new book, unless it is gone. */
  readonly name: string;
  readonly topic: Topic;
  readonly reach: Reach;
  readonly at: ChangePlace;
  /** The challenger of the book in which it changed; absent: the book itself. */
  readonly challenger?: string;
}

/** `placements`: where an action can appear now, or could before. */
export interface DefinitionAdded extends ChangeOf {
  readonly kind: 'added';
  readonly placements?: readonly string[];
}

export interface DefinitionRemoved extends ChangeOf {
  readonly kind: 'removed';
  readonly placements?: readonly string[];
}

/** The same content under a new name. */
export interface DefinitionRenamed extends ChangeOf {
  readonly kind: 'renamed';
  readonly from: string;
}

/** A feature that is defined anew: what it remembered of customers is not read any more. */
export interface DefinitionRestarted extends ChangeOf {
  readonly kind: 'restarted';
}

/**
 * Milliseconds of a duration, epoch milliseconds of a time, millionths of the currency, names of which an empty list
 * stands for all, or what is written.
 */
export type FieldForm = 'plain' | 'duration' | 'time' | 'millionths' | 'filter';

export interface FieldChange {
  /** As it is written in the file: `treatments.hero.content.title`. */
  readonly field: string;
  /** Absent where nothing stood. */
  readonly before?: Json;
  readonly after?: Json;
  readonly form: FieldForm;
}

/** A place that a change elsewhere reaches. */
export interface Affected {
  readonly of: Subject;
  readonly name: string;
  readonly field: string;
  readonly verdict: ConditionVerdict;
}

export interface FieldsChanged extends ChangeOf {
  readonly kind: 'fields';
  readonly fields: readonly FieldChange[];
  /** Of a feature: the conditions that read it. */
  readonly affects: readonly Affected[];
}

export interface ConditionChanged extends ChangeOf {
  readonly kind: 'condition';
  /** Empty for a shared condition. */
  readonly field: string;
  readonly verdict: ConditionVerdict;
  /** Comparisons that are gone, and that are new; both empty where only their arrangement changed. */
  readonly dropped: readonly string[];
  readonly gained: readonly string[];
  /** The whole condition in one line; absent where none stood. */
  readonly before?: string;
  readonly after?: string;
  /** Shared conditions in it that changed as well. */
  readonly through: readonly string[];
  /** Of a shared condition: where it is used. Of a feature's `where`: the conditions that read the feature. */
  readonly affects: readonly Affected[];
}

export type Change =
  | DefinitionAdded
  | DefinitionRemoved
  | DefinitionRenamed
  | DefinitionRestarted
  | FieldsChanged
  | ConditionChanged;

/** What is only written differently makes no difference. */
export function isDifferent(changes: readonly Change[]): boolean {
  return changes.some(({ topic }) => topic !== 'wording');
}
