import type { Condition } from '../model/condition.ts';
import type { Libraries } from '../ports.ts';
import type { BookNames } from './book-names.ts';
import { compileCondition } from './conditions/compile-condition.ts';
import type { FactScope } from './conditions/fact-scope.ts';
import type { FactTable } from './conditions/fact-table.ts';
import type { NamedConditions } from './conditions/named-conditions.ts';
import type { Cursor } from './cursor.ts';
import type { Drafts } from './drafts.ts';
import type { Diagnostic } from './rule-file.ts';

/** What every part of a book is compiled with. */
export interface BookContext {
  readonly drafts: Drafts;
  readonly names: BookNames;
  readonly facts: FactTable;
  readonly named: NamedConditions;
  readonly libraries: Libraries;
  /** Whether a place that a template reads holds personal data. */
  readonly isWithheld: (place: readonly string[]) => boolean;
  /** Of the whole book; what stands in a document is reported at its cursor. */
  readonly findings: Diagnostic[];
}

/** Compiles a condition that may be absent. */
export function compileOptional(
  value: unknown,
  at: Cursor,
  options: { readonly context: BookContext; readonly allowed: FactScope; readonly imported?: boolean },
): Condition | undefined {
  if (value === undefined) return undefined;
  const { facts, named, libraries } = options.context;
  const { allowed, imported = false } = options;
  return compileCondition(value, at, { facts, named, libraries, allowed, imported });
}

/** Adds to the list that a map holds under a key. */
export function addTo<T>(lists: Map<string, T[]>, key: string, entry: T): void {
  const list = lists.get(key);
  if (!list) lists.set(key, [entry]);
  else if (!list.includes(entry)) list.push(entry);
}
