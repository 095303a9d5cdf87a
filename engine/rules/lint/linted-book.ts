import type { Position } from '../../model/condition.ts';
import type { Rulebook } from '../../model/rulebook.ts';
import type { DiagnosticCode } from '../diagnostic-codes.ts';
import type { Drafts } from '../drafts.ts';
import type { FactDomains } from '../meaning/fact-domain.ts';

/** A finding: where, what was found and expected, and what to do about it. */
export interface Finding {
  readonly code: DiagnosticCode;
  readonly at: Position;
  readonly message: string;
  readonly hint?: string;
}

export type Warn = (finding: Finding) => void;

/** A book without errors, as the lint looks at it: what it means, and where it is written. */
export interface LintedBook {
  readonly rulebook: Rulebook;
  readonly drafts: Drafts;
  readonly domains: FactDomains;
  readonly warn: Warn;
  /** More has been found than will be shown: there is no need to look on. */
  readonly isFull: () => boolean;
  /** The present, for what depends on it; absent where the caller leaves time out. */
  readonly now?: number;
}

/** `file:line`, for messages that point at a second place. */
export function placeInWords({ file, place }: Position): string {
  return `${file}:${place.line}`;
}
