import type { ConsentState } from '../model/customer-state.ts';
import type { Rulebook } from '../model/rulebook.ts';

/** The rulebook as tests and what-ifs ask it: nobody is held out and nothing is explored. */
export function withoutChance(rulebook: Rulebook): Rulebook {
  return {
    ...rulebook,
    holdout: undefined,
    arbitration: { ...rulebook.arbitration, explorationRate: 0 },
  };
}

/** Consent to everything that any action of the book asks for. */
export function everyPurposeGranted(rulebook: Rulebook): Readonly<Record<string, ConsentState>> {
  const purposes = [...rulebook.actions.values()].flatMap(({ purpose }) => purpose ?? []);
  return Object.fromEntries(
    purposes.map((purpose) => [purpose, { status: 'granted' as const, at: 0, source: 'what-if' }]),
  );
}
