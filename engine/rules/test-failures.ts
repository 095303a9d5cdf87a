import type { PlacementDecision } from '../model/decision.ts';
import type { RulebookTest } from '../model/rulebook.ts';
import { reasons } from '../reasons.ts';
import { failureText } from './conditions/condition-text.ts';

/** One expectation of a test that was not met. */
export interface TestFailure {
  readonly expected: string;
  readonly found: string;
  /** The reason in words a marketer can act on, with the condition that failed and the value that was seen. */
  readonly why?: string;
}

/** What a test found. */
export interface TestFinding {
  readonly placement: PlacementDecision;
  /** Triggers that the event set off. */
  readonly triggers: readonly string[];
}

/** What was found against what was expected. */
export function failuresOf(
  { expect }: RulebookTest,
  { placement, triggers }: TestFinding,
): readonly TestFailure[] {
  return [
    ...firstFailure(expect.first, placement),
    ...rankedFailure(expect.ranked, placement),
    ...expect.in.flatMap((action) => inFailure(action, placement)),
    ...Object.entries(expect.out).flatMap(([action, code]) => outFailure({ action, code }, placement)),
    ...fallbackFailure(expect.fallback, placement),
    ...triggerFailure(expect.triggers, triggers),
  ];
}

function firstFailure(first: string | undefined, placement: PlacementDecision): readonly TestFailure[] {
  const shown = shownIn(placement);
  if (first === undefined || shown[0] === first) return [];
  return [{ expected: `${first} first`, found: found(placement), ...why(placement, first) }];
}

function rankedFailure(
  ranked: readonly string[] | undefined,
  placement: PlacementDecision,
): readonly TestFailure[] {
  const shown = shownIn(placement);
  const astray = ranked?.find((action, rank) => shown[rank] !== action);
  if (ranked === undefined || astray === undefined) return [];
  const expected = `the ranking ${ranked.join(', ')}`;
  return [{ expected, found: found(placement), ...why(placement, astray) }];
}

/** Ranks are limited; an action that only lost the arbitration was let in all the same. */
function inFailure(action: string, placement: PlacementDecision): readonly TestFailure[] {
  const code = reasonOf(placement, action)?.code;
  if (code === 'chosen' || code === 'outranked') return [];
  return [{ expected: `${action} in`, found: 'it is out', ...why(placement, action) }];
}

function outFailure(
  { action, code }: { readonly action: string; readonly code: string },
  placement: PlacementDecision,
): readonly TestFailure[] {
  const reason = reasonOf(placement, action)?.code;
  if (reason === code) return [];
  const words = reason === 'chosen' ? 'it is shown' : `its reason is ${reason}`;
  const expected = `${action} out by ${code}`;
  return [
    { expected, found: reason === undefined ? 'it is no candidate' : words, ...why(placement, action) },
  ];
}

function fallbackFailure(
  fallback: boolean | undefined,
  placement: PlacementDecision,
): readonly TestFailure[] {
  if (fallback === undefined || fallback === (placement.fallback !== undefined)) return [];
  return [{ expected: fallback ? 'the fallback' : 'no fallback', found: found(placement) }];
}

function triggerFailure(
  expected: readonly string[] | undefined,
  triggers: readonly string[],
): readonly TestFailure[] {
  if (expected === undefined) return [];
  const inWords = (names: readonly string[]) =>
    names.length === 0 ? 'no trigger' : `the trigger ${[...names].sort().join(', ')}`;
  const [wanted, found] = [inWords(expected), inWords(triggers)];
  return wanted === found ? [] : [{ expected: wanted, found }];
}

function why(placement: PlacementDecision, action: string): Pick<TestFailure, 'why'> {
  const reason = reasonOf(placement, action);
  if (!reason) return { why: `${action} has no treatment in the channel of ${placement.placement}.` };
  const rank = placement.treatments.find((treatment) => treatment.action === action)?.rank;
  if (reason.code === 'chosen') return rank === undefined ? {} : { why: `${action} has rank ${rank}.` };
  const { code, by, failed } = reason;
  const culprit = by === undefined ? code : `${code} (${by})`;
  const needed = failed ? ` It needs ${failureText(failed)}.` : '';
  return { why: `${action} is out by ${culprit}: ${reasons[code]}${needed}` };
}

function reasonOf(placement: PlacementDecision, action: string) {
  return placement.reasons.find((reason) => reason.action === action);
}

function shownIn(placement: PlacementDecision): readonly string[] {
  return placement.treatments.map(({ action }) => action);
}

function found(placement: PlacementDecision): string {
  const shown = shownIn(placement);
  if (shown.length > 0) return shown.join(', ');
  return placement.fallback ? 'the fallback' : 'nothing';
}
