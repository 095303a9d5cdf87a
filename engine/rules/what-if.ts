import type { ConsentState } from '../model/customer-state.ts';
import type { Rulebook } from '../model/rulebook.ts';
import { noExploration } from './exploration-shape.ts';

/** The rulebook as tests and what-ifs ask it: nothing is explored, and no experiment runs but those with a given arm. */
export function withoutChance(rulebook: Rulebook, arms: Readonly<Record<string, string>> = {}): Rulebook {
  const challengers = [...rulebook.challengers].map(([name, book]) => [name, withoutChance(book)] as const);
  return {
    ...rulebook,
    experiments: rulebook.experiments.filter(({ name }) => Object.hasOwn(arms, name)),
    challengers: new Map(challengers),
    arbitration: { ...rulebook.arbitration, exploration: noExploration },
  };
}

/** Consent to everything that any action of the book asks for. */
export function everyPurposeGranted(rulebook: Rulebook): Readonly<Record<string, ConsentState>> {
  const purposes = [...rulebook.actions.values()].flatMap(({ purpose }) => purpose ?? []);
  return Object.fromEntries(
    purposes.map((purpose) => [purpose, { status: 'granted' as const, at: 0, source: 'what-if' }]),
  );
}
