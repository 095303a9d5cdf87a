import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decide, explain, explainDecision } from '../../../engine/index.ts';
import { book, request } from './random-world.ts';

const requests = fc.array(request, { minLength: 20, maxLength: 20 });

describe('the funnel', () => {
  it('has every candidate in one place: nobody comes back, and at its end is what was shown', () => {
    fc.assert(
      fc.property(book, requests, (rulebook, asked) => {
        for (const requestOn of asked) {
          const { decision } = decide(requestOn(rulebook));
          const { placements } = explain(decision);
          for (const { placement, treatments } of decision.placements) {
            const counts = Object.values(placements[placement]?.funnel ?? {});
            expect(counts[0]).toBe(rulebook.placements.get(placement)?.candidates.length);
            expect(counts.at(-1)).toBe(treatments.length);
            expect(counts).toEqual([...counts].sort((one, other) => other - one));
          }
        }
      }),
      { numRuns: 15 },
    );
  });

  it('stands in the full explanation as in the short one, with a sentence for every candidate', () => {
    fc.assert(
      fc.property(book, requests, (rulebook, asked) => {
        for (const requestOn of asked) {
          const input = requestOn(rulebook);
          const result = decide(input);
          const short = explain(result.decision).placements;
          const full = explainDecision(input, result, { counterfactuals: false });
          for (const { placement, funnel, actions } of full.placements) {
            expect(funnel).toEqual(short[placement]?.funnel);
            expect(actions.map(({ action, code }) => [action, code])).toEqual(
              short[placement]?.reasons.map(({ action, code }) => [action, code]),
            );
            for (const { words } of actions) expect(words).toMatch(/^We (showed|did not offer) “.+\.$/);
          }
        }
      }),
      { numRuns: 10 },
    );
  });
});
