import { type ComparisonCoverage, type RulebookCoverage, reasons } from '../../../engine/index.ts';
import { printable } from '../../rule-files/print-diagnostics.ts';

/** Of the sides of all comparisons, those that the tests have seen; a book without conditions lacks nothing. */
export function percentOf({ sidesSeen, sidesPossible }: RulebookCoverage): number {
  return sidesPossible === 0 ? 100 : Math.floor((sidesSeen / sidesPossible) * 1_000) / 10;
}

/** What the tests did not reach, line by line, in the order of the files. */
export function coverageText(
  coverage: RulebookCoverage,
  { folder, percentMin }: { readonly folder: string; readonly percentMin?: number },
): string {
  const { sidesSeen, sidesPossible, actionsNeverShown, reasonsNeverMet } = coverage;
  const wanted = percentMin === undefined ? '' : `, at least ${percentMin} % wanted`;
  const lines = [
    `Conditions: ${percentOf(coverage)} % covered (${sidesSeen} of ${sidesPossible} sides seen${wanted})`,
    ...gapLines(coverage.comparisons, folder),
  ];
  if (actionsNeverShown.length > 0) lines.push(`Actions that no test shows: ${actionsNeverShown.join(', ')}`);
  for (const code of reasonsNeverMet) lines.push(`Reason that no test meets: ${code} (${reasons[code]})`);
  return lines.join('\n');
}

/** A shared condition that several places use is one line; it names the places. */
function gapLines(comparisons: readonly ComparisonCoverage[], folder: string): readonly string[] {
  const gaps = new Map<string, { readonly first: ComparisonCoverage; readonly users: string[] }>();
  for (const comparison of comparisons) {
    const missing = missingSide(comparison);
    if (missing === undefined) continue;
    const { file, place } = comparison.at;
    const key = JSON.stringify([file, place.line, place.column, missing]);
    const gap = gaps.get(key) ?? { first: comparison, users: [] };
    gaps.set(key, { ...gap, users: [...gap.users, userOf(comparison)] });
  }
  return [...gaps.values()]
    .sort((one, other) => byPlace(one.first, other.first))
    .map(({ first, users }) => {
      const { file, place } = first.at;
      const where = `${folder}/${file}:${place.line}:${place.column}`;
      return `  ${printable(`${where} never ${missingSide(first)}: ${first.text} (${users.join(', ')})`)}`;
    });
}

function missingSide({ seenTrue, seenFalse }: ComparisonCoverage): string | undefined {
  if (seenTrue && seenFalse) return undefined;
  if (seenTrue) return 'false';
  return seenFalse ? 'true' : 'reached';
}

function userOf({ of, name, field }: ComparisonCoverage): string {
  return of === 'arbitration' ? `context weight ${name}` : `${field} of ${name}`;
}

function byPlace({ at: one }: ComparisonCoverage, { at: other }: ComparisonCoverage): number {
  if (one.file !== other.file) return one.file < other.file ? -1 : 1;
  return one.place.line - other.place.line || one.place.column - other.place.column;
}
