import type { DiagnosticCode } from './diagnostic-codes.ts';

/**
 * Rule files as the reading adapter hands them in: parsed, not yet checked. The adapter knows YAML and JSON; the core
 * knows what the documents mean, and asks the document where a value stood.
 */

/** A place in a rule file; both count from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** One document: all of a JSON file, or one of the parts that `---` separates in a YAML file. */
export interface RuleDocument {
  /** Plain JSON data; anything else in it is reported by the compiler. */
  readonly value: unknown;
  /**
   * The place of the value at `path`, or of its nearest ancestor that is there. `[]` is the document itself. With `key`,
   * the place of the name under which that value stands.
   */
  locate(path: readonly (string | number)[], what?: 'key'): Place;
}

export interface RuleFile {
  /** Relative to the rules folder, with forward slashes, such as `actions/win-back.yaml`. */
  readonly path: string;
  readonly documents: readonly RuleDocument[];
  /** The text of a file of separated values, which is a table and has no documents. */
  readonly table?: string;
}

export type Severity = 'error' | 'warning';

/** One finding about a rule file. A book with an error among its findings is never put into force. */
export interface Diagnostic {
  readonly code: DiagnosticCode;
  readonly severity: Severity;
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** What was found and what was expected. */
  readonly message: string;
  /** What to do about it, where that can be told. */
  readonly hint?: string;
}
