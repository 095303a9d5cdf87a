import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findCounterfactual } from '../../../engine/explain/counterfactual.ts';
import {
  type Alteration,
  alterInput,
  type DecideInput,
  decide,
  type ExplainedAction,
  explainDecision,
  type ReasonCode,
  type Rulebook,
} from '../../../engine/index.ts';
import { book, request } from './random-world.ts';

const cases = 10_000;

function codeIn(input: DecideInput, placement: string, action: string): ReasonCode | undefined {
  return decide(input)
    .decision.placements.find((decided) => decided.placement === placement)
    ?.reasons.find((reason) => reason.action === action)?.code;
}

/** What was ranked already must be shown, the others must be ranked. */
function goalsOf(code: ReasonCode): readonly ReasonCode[] {
  return ['outranked', 'diversity', 'coupled'].includes(code) ? ['chosen'] : ['chosen', 'outranked'];
}

/** Makes the decision again with what is claimed, and without each part of it. */
function holdToIts(word: ExplainedAction, input: DecideInput, placement: string): boolean {
  const { action, code, counterfactual } = word;
  if (!counterfactual?.found) return false;
  const { alterations, becomes } = counterfactual;
  const goals = goalsOf(code);
  const codeWith = (list: readonly Alteration[]) => codeIn(alterInput(input, list), placement, action);
  expect(goals).not.toContain(code);
  expect(goals).toContain(becomes);
  expect(codeWith(alterations)).toBe(becomes);
  if (alterations.length > 1) {
    for (const alteration of alterations)
      expect(goals).not.toContain(codeWith(alterations.filter((other) => other !== alteration)));
  }
  return true;
}

describe('what would have let an action in', () => {
  it('does when the decision is made again with it, and not with any part left out, over 10,000 cases (CF1, CF2)', () => {
    let seen = 0;
    let found = 0;
    const kinds = new Set<string>();
    fc.assert(
      fc.property(book, fc.array(request, { minLength: 50, maxLength: 50 }), (rulebook, requests) => {
        for (const requestOn of requests) {
          if (seen >= cases) return;
          const input = requestOn(rulebook);
          for (const { placement, actions } of explainDecision(input, decide(input)).placements) {
            for (const word of actions) {
              const { counterfactual } = word;
              if (!counterfactual || seen >= cases) continue;
              if (!counterfactual.found && counterfactual.why === 'fixed') continue;
              seen += 1;
              if (!holdToIts(word, input, placement)) continue;
              found += 1;
              if (counterfactual.found) for (const { kind } of counterfactual.alterations) kinds.add(kind);
            }
          }
        }
      }),
      { numRuns: 75, seed: 2026 },
    );
    expect(seen).toBe(cases);
    expect(found / seen).toBeGreaterThan(0.9);
    expect([...kinds]).toEqual(
      expect.arrayContaining(['alone', 'arm', 'budget', 'consent', 'contacts', 'fact', 'time', 'value']),
    );
  });

  it('is looked for no further than decisions may be made, and says so (CF3)', () => {
    const [[rulebook, requestOn]] = fc.sample(
      fc.tuple(book, request).filter(([rules, on]) => {
        const [first] = decide(on(rules)).decision.placements[0]?.reasons ?? [];
        return first?.code === 'consent';
      }),
      { numRuns: 1, seed: 7 },
    ) as [[Rulebook, (rulebook: Rulebook) => DecideInput]];
    const input = requestOn(rulebook);
    const [placement] = decide(input).decision.placements;
    const [reason] = placement?.reasons ?? [];
    if (!placement || !reason) throw new Error('the filter asks for a reason');
    const seat = { action: reason.action, placement: placement.placement };
    expect(findCounterfactual(input, seat, reason, { left: 0 })).toMatchObject({
      found: false,
      why: 'given-up',
      barrier: { code: 'consent' },
    });
    expect(findCounterfactual(input, seat, reason, { left: 100 }).found).toBe(true);
  });
});
