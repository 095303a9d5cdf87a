import { decide } from '../decide/decide.ts';
import type { DecideInput } from '../decide/decide-input.ts';
import type { Decision, PlacementDecision } from '../model/decision.ts';
import type { Rulebook, RulebookTest } from '../model/rulebook.ts';
import { failuresOf, type TestFailure } from './test-failures.ts';
import { factsOf, situationOf } from './test-situation.ts';

/** One test of a rule file, run. */
export interface RulebookTestResult {
  readonly test: RulebookTest;
  /** The challenger that it was run against; absent: the book itself. */
  readonly challenger?: string;
  /** Empty when it passed. */
  readonly failures: readonly TestFailure[];
  readonly decision: Decision;
}

/**
 * Runs the tests inside the rule files, or those that are wanted; what stands in a challenger's files is run against the
 * challenger. `now` stands for the present in tests that name no time.
 */
export function runRulebookTests(
  rulebook: Rulebook,
  now: number,
  isWanted: (test: RulebookTest) => boolean = () => true,
): readonly RulebookTestResult[] {
  const ofChallengers = [...rulebook.challengers].flatMap(([challenger, book]) =>
    runTests(book, now, isWanted).map((result) => ({ ...result, challenger })),
  );
  return [...runTests(rulebook, now, isWanted), ...ofChallengers];
}

function runTests(
  rulebook: Rulebook,
  now: number,
  isWanted: (test: RulebookTest) => boolean,
): readonly RulebookTestResult[] {
  return rulebook.tests.filter(isWanted).map((test) => {
    const situation = situationOf(rulebook, test, now);
    const { decision } = decide(situation);
    const [placement] = decision.placements as readonly [PlacementDecision];
    const triggers = triggersIn(rulebook, test, situation);
    return { test, decision, failures: failuresOf(test, { placement, triggers }) };
  });
}

/** The triggers that the event of a test sets off; whether they wait makes no difference here. */
function triggersIn(rulebook: Rulebook, test: RulebookTest, situation: DecideInput): readonly string[] {
  const named = rulebook.triggersByEvent.get(test.event?.name ?? '') ?? [];
  if (named.length === 0) return [];
  const facts = factsOf(situation);
  return named.flatMap(({ name, when }) => (when && !when.holds(facts) ? [] : [name]));
}
