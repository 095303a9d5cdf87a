import type { Verdict } from '../../model/condition.ts';
import type { Comparing } from './operator-definition.ts';
import { opposite } from './opposite.ts';

type Decorator = (next: Comparing) => Comparing;

/** The operator decorators of json-rules-engine 7.3.1. */
export const decorators: ReadonlyMap<string, Decorator> = new Map<string, Decorator>([
  [
    'someFact',
    (next) => (fact, value, facts) =>
      Array.isArray(fact) ? some(fact, (entry) => next(entry, value, facts)) : false,
  ],
  [
    'everyFact',
    (next) => (fact, value, facts) =>
      Array.isArray(fact) ? every(fact, (entry) => next(entry, value, facts)) : false,
  ],
  [
    'someValue',
    (next) => (fact, value, facts) =>
      Array.isArray(value) ? some(value, (entry) => next(fact, entry, facts)) : undefined,
  ],
  [
    'everyValue',
    (next) => (fact, value, facts) =>
      Array.isArray(value) ? every(value, (entry) => next(fact, entry, facts)) : undefined,
  ],
  ['swap', (next) => (fact, value, facts) => next(value, fact, facts)],
  ['not', (next) => (fact, value, facts) => opposite(next(fact, value, facts))],
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
