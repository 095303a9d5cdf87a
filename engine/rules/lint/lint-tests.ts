import type { DefinitionPlace } from '../../model/condition.ts';
import { canonicalJson } from '../../model/json.ts';
import type { RulebookTest } from '../../model/rulebook.ts';
import { alwaysValid } from '../compile-engagement.ts';
import { hasValue } from '../meaning/value-set.ts';
import { describe } from '../shape.ts';
import { type LintedBook, placeInWords, type Warn } from './linted-book.ts';
import { contradictionIn } from './test-contradictions.ts';
import {
  type AskedPlacement,
  askedPlacement,
  obstacleToReason,
  obstacleToShowing,
} from './test-prospects.ts';

/** Tests that cannot pass, that will not pass for ever, and tests that stand there twice. */
export function lintTests(book: LintedBook): void {
  const situations = new Map<string, PlacedTest>();
  for (const [index, { at }] of book.drafts.tests.entries()) {
    const test = book.rulebook.tests[index];
    if (!test) continue;
    const placed = { test, at };
    lintFeatures(placed, book);
    lintTime(placed, book);
    const hasOwnFault = lintExpectations(placed, book);
    const situation = canonicalJson([
      test.customer,
      test.context,
      test.event ?? null,
      test.at ?? null,
      test.placement,
    ]);
    const earlier = situations.get(situation);
    if (!earlier) situations.set(situation, placed);
    else if (!hasOwnFault) lintSameSituation(placed, earlier, book.warn);
  }
}

interface PlacedTest {
  readonly test: RulebookTest;
  readonly at: DefinitionPlace;
}

/** Values of features and overlays that no customer can have. A null stands for a missing one. */
function lintFeatures({ test, at }: PlacedTest, { domains, warn }: LintedBook): void {
  const { features, overlays } = test.customer;
  const stated = [
    ...Object.entries(features).map(([name, value]) => ({
      ...{ name, value, kind: 'feature' as const },
      place: ['features', name],
    })),
    ...Object.entries(overlays).map(([name, value]) => ({
      ...{ name, value, kind: 'overlay' as const },
      place: name.split('.'),
    })),
  ];
  for (const { name, value, kind, place: path } of stated) {
    const domain = domains({ name, kind });
    if (value === null || (hasValue(domain.values, value) && (!domain.whole || Number.isInteger(value))))
      continue;
    const place = at.at('customer', ...path);
    warn({
      code: 'NBR_WRONG_FACT_TYPE',
      at: place,
      message: `${place.label}: found ${describe(value)}, expected ${domain.words}; no customer has that.`,
      hint: 'Give it a value as customers have it, or leave it out.',
    });
  }
}

/** True when something was found. */
function lintExpectations({ test, at }: PlacedTest, { rulebook, warn }: LintedBook): boolean {
  const expectAt = at.at('expect');
  const contradiction = contradictionIn(test.expect);
  if (contradiction) {
    const place = expectAt.at(...contradiction.path);
    warn({
      code: 'NBR_TEST_CONTRADICTION',
      at: place,
      message: `the test "${test.name}": found ${contradiction.found}, expected things that can be true together.`,
      hint: 'Leave one of the two out.',
    });
    return true;
  }
  const asked = askedPlacement(test, rulebook);
  return asked ? lintProspects({ test, at: expectAt }, asked, warn) : false;
}

function lintProspects(
  { test: { name, expect }, at }: PlacedTest,
  asked: AskedPlacement,
  warn: Warn,
): boolean {
  let isFound = false;
  const report = (place: DefinitionPlace, obstacle: string | undefined) => {
    if (obstacle === undefined) return;
    isFound = true;
    warn({
      code: 'NBR_TEST_CANNOT_PASS',
      at: place,
      message: `the test "${name}": found \`${place.label.split('.').slice(-2).join('.')}\`, expected something that can happen; ${obstacle}.`,
      hint: 'Change what is expected, or what the test asks.',
    });
  };
  if (expect.first !== undefined) report(at.at('first'), obstacleToShowing(expect.first, asked));
  for (const [rank, action] of (expect.ranked ?? []).entries()) {
    report(at.at('ranked', rank), obstacleToRank(action, rank, asked));
  }
  for (const [index, action] of expect.in.entries())
    report(at.at('in', index), obstacleToShowing(action, asked));
  for (const [action, code] of Object.entries(expect.out)) {
    report(at.at('out', action), obstacleToReason(action, code, asked));
  }
  if (expect.fallback && asked.placement.fallback === undefined) {
    report(at.at('fallback'), `\`${asked.placement.name}\` has no fallback`);
  }
  return isFound;
}

function obstacleToRank(action: string, rank: number, asked: AskedPlacement): string | undefined {
  const { name, limit } = asked.placement;
  return rank < limit ? obstacleToShowing(action, asked) : `\`${name}\` takes no more than ${limit}`;
}

/** The same customer at the same moment in the same place: the same comes out, so one test says enough. */
function lintSameSituation({ test, at }: PlacedTest, earlier: PlacedTest, warn: Warn): void {
  const { expect } = test;
  const where = placeInWords(earlier.at);
  if (canonicalJson(expect) === canonicalJson(earlier.test.expect)) {
    warn({
      code: 'NBR_TEST_REPEATED',
      at,
      message: `the test "${test.name}": found the test "${earlier.test.name}" (${where}) again, expected a test of its own.`,
      hint: 'Delete one of the two, or change what it asks.',
    });
    return;
  }
  const other = earlier.test.expect.first;
  if (expect.first === undefined || other === undefined || expect.first === other) return;
  warn({
    code: 'NBR_TEST_CONTRADICTION',
    at: at.at('expect', 'first'),
    message: `the test "${test.name}": found \`${expect.first}\` as \`first\`, expected what the test "${earlier.test.name}" (${where}) expects of the same customer: \`${other}\`.`,
    hint: 'One of the two fails. Change what it asks or what it expects.',
  });
}

/** Without a time of its own, such a test passes until the action's time is over. */
function lintTime({ test, at }: PlacedTest, { rulebook, warn }: LintedBook): void {
  if (test.at !== undefined) return;
  const { first, ranked = [], in: inside, out } = test.expect;
  const named = [...(first === undefined ? [] : [first]), ...ranked, ...inside];
  const kept = Object.keys(out).filter((action) => out[action] !== 'not-valid-now');
  const ending = [...named, ...kept].find((action) => {
    const until = rulebook.actions.get(action)?.valid.until;
    return until !== undefined && until !== alwaysValid.until;
  });
  if (ending === undefined) return;
  warn({
    code: 'NBR_TEST_WITHOUT_TIME',
    at,
    message: `the test "${test.name}": expected a time, found none; \`${ending}\` is valid until a certain day, and the test fails from then on.`,
    hint: 'Add `at` with a moment within the validity of the action.',
  });
}
