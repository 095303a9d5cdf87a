import type { Comparison, Verdict } from '../../model/condition.ts';
import { opposite } from './operators.ts';

type Decorator = (next: Comparison) => Comparison;

/** The operator decorators of json-rules-engine 7.3.1. */
export const decorators: ReadonlyMap<string, Decorator> = new Map<string, Decorator>([
  [
    'someFact',
    (next) => (fact, value) => (Array.isArray(fact) ? some(fact, (entry) => next(entry, value)) : false),
  ],
  [
    'everyFact',
    (next) => (fact, value) => (Array.isArray(fact) ? every(fact, (entry) => next(entry, value)) : false),
  ],
  [
    'someValue',
    (next) => (fact, value) => (Array.isArray(value) ? some(value, (entry) => next(fact, entry)) : undefined),
  ],
  [
    'everyValue',
    (next) => (fact, value) =>
      Array.isArray(value) ? every(value, (entry) => next(fact, entry)) : undefined,
  ],
  ['swap', (next) => (fact, value) => next(value, fact)],
  ['not', (next) => (fact, value) => opposite(next(fact, value))],
]);

/** Stops at the first that holds, or at the first that cannot be carried out. */
function some(entries: readonly unknown[], test: (entry: unknown) => Verdict): Verdict {
  for (const entry of entries) {
    const verdict = test(entry);
    if (verdict !== false) return verdict;
  }
  return false;
}

/** Stops at the first that fails, or at the first that cannot be carried out. */
function every(entries: readonly unknown[], test: (entry: unknown) => Verdict): Verdict {
  for (const entry of entries) {
    const verdict = test(entry);
    if (verdict !== true) return verdict;
  }
  return true;
}
