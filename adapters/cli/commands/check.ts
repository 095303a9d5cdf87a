import { parseArgs } from 'node:util';
import { runRulebookTests } from '../../../engine/index.ts';
import { checkReference } from '../../reference/check-reference.ts';
import { wantsColor } from '../../rule-files/print-diagnostics.ts';
import type { Command } from '../command.ts';
import { type CheckReport, checkReportJson, checkReportText } from '../rulebook/check-report.ts';
import { openRulebook, rulesFolder } from '../rulebook/open-rulebook.ts';
import { onlyOne } from '../support/only-one.ts';
import { referenceJson, referenceText } from './check-reference.ts';

export const check: Command = {
  name: 'check',
  summary: 'validates a rulebook and runs the tests inside it',
  usage: `nextbest check [FOLDER] [--strict] [--reference] [--json]

Reads the rule files of FOLDER (NEXTBEST_RULES when left out), reports everything that is wrong with file, line and
column, and runs their tests. Nothing is put into force. With --reference, json-rules-engine is asked about every
condition that the tests come to, and must agree.
Exit code 0 when all is well, 1 on errors and failed tests; with --strict on warnings as well.`,
  run: async (args) => {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        strict: { type: 'boolean', default: false },
        reference: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
      },
    });
    const folder = rulesFolder(onlyOne(positionals, 'FOLDER'));
    const now = Date.now();
    const { rulebook, diagnostics, folder: read } = await openRulebook(folder, { now });
    const results = rulebook ? runRulebookTests(rulebook, now) : [];
    const report: CheckReport = { folder, version: rulebook?.version, diagnostics, results };
    const reference = rulebook && values.reference ? await checkReference(rulebook, now) : undefined;
    const color = wantsColor(process.stdout, process.env);
    if (values.json) {
      const json = { ...checkReportJson(report), ...(reference && { reference: referenceJson(reference) }) };
      process.stdout.write(`${JSON.stringify(json, undefined, 2)}\n`);
    } else {
      process.stdout.write(checkReportText(report, { texts: read.texts, color }));
      if (reference) process.stdout.write(referenceText(folder, reference));
    }
    return isFine(report, values) && (reference?.differences ?? []).length === 0 ? 0 : 1;
  },
};

function isFine(
  { version, diagnostics, results }: CheckReport,
  { strict }: { readonly strict: boolean },
): boolean {
  if (version === undefined || (strict && diagnostics.length > 0)) return false;
  return results.every(({ failures }) => failures.length === 0);
}
