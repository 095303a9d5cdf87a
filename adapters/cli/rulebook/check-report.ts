import type { Diagnostic, RulebookTestResult } from '../../../engine/index.ts';
import { type PrintOptions, printable, printDiagnostics } from '../../rule-files/print-diagnostics.ts';
import { testJson } from './test-report.ts';

export interface CheckReport {
  readonly folder: string;
  /** Absent when the rulebook is not valid. */
  readonly version: string | undefined;
  readonly diagnostics: readonly Diagnostic[];
  readonly results: readonly RulebookTestResult[];
}

/** What programs get; the shape is described in `rules/README.md` and changes only by additions. */
export function checkReportJson({ folder, version, diagnostics, results }: CheckReport): object {
  const errors = diagnostics.filter(({ severity }) => severity === 'error').length;
  const tests = results.map(testJson);
  const failed = tests.filter(({ passed }) => !passed).length;
  return {
    folder,
    valid: version !== undefined,
    version: version ?? null,
    errors,
    warnings: diagnostics.length - errors,
    diagnostics,
    passed: tests.length - failed,
    failed,
    tests,
  };
}

export function checkReportText(
  { folder, version, diagnostics, results }: CheckReport,
  options: Pick<PrintOptions, 'texts' | 'color'>,
): string {
  const findings = printDiagnostics(diagnostics, { folder, ...options });
  if (version === undefined) {
    return `${findings}${folder} is not a valid rulebook; it would not be put into force.\n`;
  }
  const failed = results.filter(({ failures }) => failures.length > 0);
  const lines = failed.flatMap((result) => failureLines(folder, result));
  lines.push(
    `Rulebook ${version}: valid, ${results.length - failed.length} of ${results.length} tests passed.`,
  );
  return `${findings}${lines.join('\n')}\n`;
}

function failureLines(folder: string, { test, failures }: RulebookTestResult): readonly string[] {
  return [
    printable(`${folder}/${test.file}:${test.line} test failed: ${test.name}`),
    ...failures.flatMap(({ expected, found, why }) => [
      `    ${printable(`expected ${expected}, found: ${found}`)}`,
      ...(why === undefined ? [] : [`    ${printable(why)}`]),
    ]),
  ];
}
