import type { RulebookCoverage, RulebookTestResult } from '../../../engine/index.ts';
import { count, printable } from '../../rule-files/print-diagnostics.ts';
import { painter } from '../support/painter.ts';
import { coverageText, percentOf } from './coverage-report.ts';

export interface TestReport {
  readonly folder: string;
  readonly version: string;
  readonly results: readonly RulebookTestResult[];
  /** Absent when only some of the tests ran. */
  readonly coverage?: RulebookCoverage;
  /** Percent of the sides that must be seen. */
  readonly percentMin?: number;
}

/** What programs get; the shape is described in `rules/README.md` and changes only by additions. */
export function testReportJson({ folder, version, results, coverage }: TestReport): object {
  const tests = results.map(testJson);
  const failed = tests.filter(({ passed }) => !passed).length;
  return {
    folder,
    version,
    passed: tests.length - failed,
    failed,
    tests,
    ...(coverage && { coverage: coverageJson(coverage) }),
  };
}

export function testJson({ test: { name, file, line }, failures }: RulebookTestResult) {
  return { name, file, line, passed: failures.length === 0, failures };
}

function coverageJson(coverage: RulebookCoverage): object {
  const { sidesSeen, sidesPossible, comparisons, actionsNeverShown, reasonsNeverMet } = coverage;
  return {
    percent: percentOf(coverage),
    sidesSeen,
    sidesPossible,
    comparisons: comparisons.map(({ at, ...comparison }) => ({ file: at.file, ...at.place, ...comparison })),
    actionsNeverShown,
    reasonsNeverMet,
  };
}

/** What people read: every test below its file, then what the tests reached. */
export function testReportText(report: TestReport, { color }: { readonly color: boolean }): string {
  const { folder, results, coverage } = report;
  const { good, bad, bold } = painter(color);
  const lines: string[] = [];
  for (const [file, own] of byFile(results)) {
    lines.push(bold(`${folder}/${printable(file)}`));
    for (const result of own) lines.push(...testLines(result, { color }));
  }
  const failed = results.filter(({ failures }) => failures.length > 0).length;
  const summary = `${count(results.length, 'test')}: ${results.length - failed} passed, ${failed} failed`;
  lines.push('', failed === 0 ? good(summary) : bad(summary));
  if (coverage) lines.push('', coverageText(coverage, report));
  return `${lines.join('\n')}\n`;
}

function testLines(
  { test, failures }: RulebookTestResult,
  { color }: { readonly color: boolean },
): readonly string[] {
  const { good, bad, dim } = painter(color);
  if (failures.length === 0) return [`  ${good('✓')} ${printable(test.name)}`];
  const head = `  ${bad('✗')} ${printable(test.name)} ${dim(`(line ${test.line})`)}`;
  return [
    head,
    ...failures.flatMap(({ expected, found, why }) => [
      `      expected  ${printable(expected)}`,
      `      found     ${printable(found)}`,
      ...(why === undefined ? [] : [`      why       ${printable(why)}`]),
    ]),
  ];
}

function byFile(results: readonly RulebookTestResult[]): ReadonlyMap<string, readonly RulebookTestResult[]> {
  const files = new Map<string, RulebookTestResult[]>();
  for (const result of results) files.set(result.test.file, [...(files.get(result.test.file) ?? []), result]);
  return files;
}
