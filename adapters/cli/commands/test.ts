import { parseArgs } from 'node:util';
import { CodedError, coverageOf, type Rulebook, runRulebookTests } from '../../../engine/index.ts';
import { printDiagnostics, wantsColor } from '../../rule-files/print-diagnostics.ts';
import type { Command } from '../command.ts';
import { percentOf } from '../rulebook/coverage-report.ts';
import { openRulebook, rulesFolder } from '../rulebook/open-rulebook.ts';
import { type TestReport, testReportJson, testReportText } from '../rulebook/test-report.ts';
import { onlyOne } from '../support/only-one.ts';

export const test: Command = {
  name: 'test',
  summary: 'runs the tests inside a rulebook and tells which conditions they reach',
  usage: `nextbest test [FOLDER] [--filter TEXT] [--min-coverage PERCENT] [--json]

Runs the tests in the rule files of FOLDER (NEXTBEST_RULES when left out) and tells which comparisons they never saw
true or never saw false, which actions they never show and which reasons they never meet. --filter runs only the tests
whose name or file has TEXT in it, and leaves the coverage out.
Exit code 0 when all passed, 1 when one failed, the rulebook is not valid or less than --min-coverage is reached.`,
  run: async (args) => {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        filter: { type: 'string' },
        'min-coverage': { type: 'string' },
        json: { type: 'boolean', default: false },
      },
    });
    const { filter } = values;
    const percentMin = readPercent(values['min-coverage']);
    if (filter !== undefined && percentMin !== undefined) {
      throw new CodedError('NB_CONFIG', 'expected --filter or --min-coverage: some tests alone cover less');
    }
    const folder = rulesFolder(onlyOne(positionals, 'FOLDER'));
    const color = wantsColor(process.stdout, process.env);
    const { rulebook, diagnostics, folder: read } = await openRulebook(folder);
    if (!rulebook) {
      process.stdout.write(printDiagnostics(diagnostics, { folder, texts: read.texts, color }));
      process.stdout.write(`${folder} is not a valid rulebook; its tests were not run.\n`);
      return 1;
    }
    const report = testRulebook(rulebook, { folder, now: Date.now(), filter, percentMin });
    const text = values.json
      ? `${JSON.stringify(testReportJson(report), undefined, 2)}\n`
      : testReportText(report, { color });
    process.stdout.write(text);
    return isPassed(report) ? 0 : 1;
  },
};

function readPercent(written: string | undefined): number | undefined {
  if (written === undefined) return undefined;
  const percent = Number(written);
  if (written.trim() !== '' && percent >= 0 && percent <= 100) return percent;
  throw new CodedError(
    'NB_CONFIG',
    `--min-coverage: expected a percentage from 0 to 100, found "${written}"`,
  );
}

interface TestRequest {
  readonly folder: string;
  /** Epoch ms. */
  readonly now: number;
  readonly filter: string | undefined;
  readonly percentMin: number | undefined;
}

function testRulebook(rulebook: Rulebook, { folder, now, filter, percentMin }: TestRequest): TestReport {
  const results = runRulebookTests(
    rulebook,
    now,
    ({ name, file }) => filter === undefined || name.includes(filter) || file.includes(filter),
  );
  if (filter !== undefined && results.length === 0) {
    throw new CodedError('NB_CONFIG', `--filter: no test has "${filter}" in its name or file`);
  }
  return {
    folder,
    version: rulebook.version,
    results,
    ...(filter === undefined && { coverage: coverageOf(rulebook, results, now) }),
    ...(percentMin !== undefined && { percentMin }),
  };
}

function isPassed({ results, coverage, percentMin = 0 }: TestReport): boolean {
  if (coverage && percentOf(coverage) < percentMin) return false;
  return results.every(({ failures }) => failures.length === 0);
}
