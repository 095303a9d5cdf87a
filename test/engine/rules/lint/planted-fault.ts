import type { DiagnosticCode } from '../../../../engine/rules/diagnostic-codes.ts';

/**
 * `code, source, words, words, hint`: a § marks the place that must be reported; the words must stand in the message or
 * the hint. `in` names a file of the clean book that the source takes the place of; else it is added.
 */
export type Fault = readonly [
  code: DiagnosticCode,
  source: string | { readonly in: string; readonly source: string },
  ...words: readonly string[],
];
