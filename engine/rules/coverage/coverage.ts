import type { Position } from '../../model/condition.ts';
import type { Rulebook } from '../../model/rulebook.ts';
import type { ReasonCode } from '../../reasons.ts';
import type { ConditionUse } from '../condition-uses.ts';
import { testText } from '../conditions/condition-text.ts';
import type { RulebookTestResult } from '../run-rulebook-tests.ts';
import { factsOf, situationOf } from '../test-situation.ts';
import { attainableReasons } from './attainable-reasons.ts';
import { comparisonsOf, type Sighting } from './comparisons.ts';
import { reachedUses } from './reached-uses.ts';

/**
 * What the tests inside a rulebook reach.
 *
 * V1. Every comparison has two sides, true and false. A shared condition is counted at every place that uses it.
 * V2. A side is seen when a test got as far as that place and the comparison came to it there, whatever the comparisons
 *     beside it came to. A comparison that could not be carried out came to neither.
 * V3. A test gets as far as a tier of an action when the action is a candidate of the placement that asks and every
 *     tier before let it through; to a context weight when an action it speaks of was ranked; to a trigger when it
 *     waits for the event of the test.
 * V4. What a challenger's files define is covered by nothing here: their tests tell of another book.
 */

export interface ComparisonCoverage {
  readonly of: ConditionUse['of'];
  readonly name: string;
  readonly field: string;
  /** The shared condition it stands in, if any. */
  readonly via?: string;
  readonly text: string;
  readonly at: Position;
  readonly seenTrue: boolean;
  readonly seenFalse: boolean;
}

export interface RulebookCoverage {
  readonly sidesSeen: number;
  readonly sidesPossible: number;
  /** In the order of the book. */
  readonly comparisons: readonly ComparisonCoverage[];
  readonly actionsNeverShown: readonly string[];
  /** Of those that a test can bring about with this book. */
  readonly reasonsNeverMet: readonly ReasonCode[];
}

/** `now` stands for the present in tests that name no time; the same as when the tests were run. */
export function coverageOf(
  book: Rulebook,
  results: readonly RulebookTestResult[],
  now: number,
): RulebookCoverage {
  const sightings = comparisonsOf(book);
  const met = new Set<ReasonCode>();
  const shown = new Set<string>();
  for (const result of results) {
    if (result.challenger !== undefined) continue;
    const facts = factsOf(situationOf(book, result.test, now));
    for (const condition of reachedUses(book, result)) {
      for (const sighting of sightings.get(condition) ?? []) look(sighting, facts);
    }
    for (const { code, action } of result.decision.placements.flatMap(({ reasons }) => reasons)) {
      met.add(code);
      if (code === 'chosen') shown.add(action);
    }
  }
  const comparisons = [...sightings.values()].flat().map(reportOf);
  return {
    sidesSeen: comparisons.reduce(
      (sum, { seenTrue, seenFalse }) => sum + Number(seenTrue) + Number(seenFalse),
      0,
    ),
    sidesPossible: comparisons.length * 2,
    comparisons,
    actionsNeverShown: [...book.actions.keys()].filter((action) => !shown.has(action)),
    reasonsNeverMet: attainableReasons(book).filter((code) => !met.has(code)),
  };
}

function look(sighting: Sighting, facts: ReturnType<typeof factsOf>): void {
  const verdict = sighting.test.test(facts);
  if (verdict === true) sighting.seenTrue = true;
  if (verdict === false) sighting.seenFalse = true;
}

function reportOf({ use, test, via, seenTrue, seenFalse }: Sighting): ComparisonCoverage {
  const { of, name, field } = use;
  const report = { of, name, field, text: testText(test), at: test.at, seenTrue, seenFalse };
  return via === undefined ? report : { ...report, via };
}
