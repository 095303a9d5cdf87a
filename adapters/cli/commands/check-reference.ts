import type { Verdict } from '../../../engine/index.ts';
import type { ReferenceDifference, ReferenceReport } from '../../reference/check-reference.ts';
import { printable } from '../../rule-files/print-diagnostics.ts';

/** What `nextbest check --reference` adds for people. */
export function referenceText(folder: string, { asked, differences }: ReferenceReport): string {
  const lines = differences.flatMap((difference) => differenceLines(folder, difference));
  lines.push(
    differences.length === 0
      ? `json-rules-engine agrees on all ${asked} conditions that the tests come to.`
      : `json-rules-engine does not agree on ${differences.length} of ${asked} conditions that the tests come to.`,
  );
  return `${lines.map(printable).join('\n')}\n`;
}

function differenceLines(folder: string, difference: ReferenceDifference): readonly string[] {
  const { test, action, tier, at, evaluator, reference, own, facts } = difference;
  const seen = [...facts].map(([name, value]) => `${name} = ${JSON.stringify(value) ?? 'nothing'}`);
  return [
    `${folder}/${test.file}:${test.line} another verdict in the test: ${test.name}`,
    `    ${action}, ${tier} (${folder}/${at.file}:${at.place.line}): json-rules-engine says that it ` +
      `${inWords(reference)}, the ${evaluator} that it ${inWords(own)}`,
    `    seen: ${seen.length === 0 ? 'no facts' : seen.join(', ')}`,
  ];
}

function inWords(verdict: Verdict): string {
  if (verdict === undefined) return 'cannot be carried out';
  return verdict ? 'holds' : 'does not hold';
}

/** The same for programs. */
export function referenceJson({ asked, differences }: ReferenceReport): object {
  return {
    asked,
    differences: differences.map(({ test, at, facts, reference, own, ...rest }) => ({
      test: test.name,
      file: test.file,
      line: test.line,
      ...rest,
      condition: { file: at.file, ...at.place },
      // JSON has no undefined, which stands for what cannot be carried out.
      reference: reference ?? null,
      own: own ?? null,
      facts: Object.fromEntries(facts),
    })),
  };
}
