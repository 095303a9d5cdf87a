/** Which rulebook is in force, which were before, and how that came about. Plain JSON: it is kept as it is. */

/** The text of one rule file. */
export interface RuleText {
  /** Relative to the rules folder, with forward slashes. */
  readonly path: string;
  readonly text: string;
}

/** How many there are of what, such as `actions: 18`. */
export type RulebookCounts = Readonly<Record<string, number>>;

/** A rulebook that was published; its texts are kept beside the history. */
export interface PublishedRulebook {
  /** Hash of the content of its files. */
  readonly version: string;
  /** Epoch ms; of the last time, where the same content was published again. */
  readonly publishedAt: number;
  readonly author?: string;
  readonly counts: RulebookCounts;
}

/** The one rulebook by which every node decides. */
export interface RulebookInForce {
  readonly version: string;
  /** Epoch ms. */
  readonly since: number;
  readonly reason: 'published' | 'rolled-back';
  /** Who published it or rolled back to it, where that is known. */
  readonly by?: string;
  readonly note?: string;
  /** The version that was in force before. */
  readonly replaces?: string;
}

/** What a rules folder held when it was last looked at. */
export interface FolderNote {
  /** The folder, by the name it is remembered under. */
  readonly origin: string;
  readonly version: string;
}

export interface RulebookHistory {
  /** Absent before the first publication. */
  readonly inForce?: RulebookInForce;
  /** Newest first. The one in force and the one before it are always among them. */
  readonly books: readonly PublishedRulebook[];
  /** Latest first. */
  readonly folders: readonly FolderNote[];
}

export const emptyHistory: RulebookHistory = { books: [], folders: [] };
