import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type ConditionVerdict, diffRulebooks, type Json, type Rulebook } from '../../../../engine/index.ts';
import { bookOf } from '../../support/book.ts';

const comparison = fc.record({
  fact: fc.constantFrom('context.a', 'context.b'),
  operator: fc.constantFrom('equal', 'notEqual', 'lessThan', 'greaterThanInclusive', 'not:greaterThan'),
  value: fc.integer({ min: 0, max: 3 }),
});

const { condition } = fc.letrec<{ condition: Json }>((tie) => ({
  condition: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    comparison,
    fc.record({ all: fc.array(tie('condition'), { minLength: 1, maxLength: 3 }) }),
    fc.record({ any: fc.array(tie('condition'), { minLength: 1, maxLength: 3 }) }),
    fc.record({ not: tie('condition') }),
  ),
}));

function bookWith(eligibility: Json): Rulebook {
  return bookOf(`
channels: { web: { direction: pull } }
placements: { hero: { channel: web, fallback: {} } }
---
action: offer
group: sales
eligibility: ${JSON.stringify(eligibility)}
treatments: { card: { channel: web } }
`);
}

const values = [undefined, -1, 0, 1, 2, 3, 4, 'x'];

/** Whether the offer may be had, for every pair of values. */
function passes(book: Rulebook): readonly boolean[] {
  const { eligibility } = book.actions.get('offer') ?? {};
  return values.flatMap((a) =>
    values.map((b) => {
      const facts = book.facts.map(({ name }) => (name === 'context.a' ? a : b));
      return eligibility?.holds(facts) ?? true;
    }),
  );
}

const lets: Readonly<Record<ConditionVerdict, { readonly in: boolean; readonly out: boolean }>> = {
  equal: { in: false, out: false },
  moved: { in: false, out: false },
  loosened: { in: true, out: false },
  'not-tightened': { in: true, out: false },
  tightened: { in: false, out: true },
  'not-loosened': { in: false, out: true },
  shifted: { in: true, out: true },
  unclear: { in: true, out: true },
};

it('nobody comes in by a condition that is tightened, and nobody drops out of one that is loosened', () => {
  fc.assert(
    fc.property(condition, condition, (one, other) => {
      const [before, after] = [bookWith(one), bookWith(other)];
      const [change] = diffRulebooks(before, after);
      const verdict = change?.kind === 'condition' ? change.verdict : 'equal';
      const [was, is] = [passes(before), passes(after)];
      if (was.some((passed, index) => !passed && is[index]))
        expect([verdict, lets[verdict].in]).toEqual([verdict, true]);
      if (was.some((passed, index) => passed && !is[index]))
        expect([verdict, lets[verdict].out]).toEqual([verdict, true]);
    }),
    { numRuns: 150 },
  );
});
