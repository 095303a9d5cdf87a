import { parseArgs } from 'node:util';
import { CodedError, diffRulebooks, isDifferent } from '../../../engine/index.ts';
import { wantsColor } from '../../rule-files/print-diagnostics.ts';
import type { Command } from '../command.ts';
import {
  type DiffReport,
  diffReportJson,
  diffReportMarkdown,
  diffReportText,
} from '../rulebook/diff-report.ts';
import { openSides } from '../rulebook/diff-sides.ts';

export const diff: Command = {
  name: 'diff',
  summary: 'tells what changed in meaning between two rulebooks',
  usage: `nextbest diff A B [--json | --markdown]

A and B are folders with rule files, or git:REVISION for the same folder in a revision of its git repository, or
git:REVISION:FOLDER for another one. What is only written differently is listed last and makes no difference.
--markdown prints it for a pull request.

    nextbest diff git:main rules        what this branch changes
    nextbest diff git:HEAD~5 git:HEAD   what the last five commits changed in NEXTBEST_RULES

Exit code 0 when both mean the same, 1 when they differ, 2 when one could not be read.`,
  run: async (args) => {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        json: { type: 'boolean', default: false },
        markdown: { type: 'boolean', default: false },
      },
    });
    const [one, other, ...more] = positionals;
    if (one === undefined || other === undefined || more.length > 0 || (values.json && values.markdown)) {
      throw new CodedError('NB_CONFIG', 'expected nextbest diff A B [--json | --markdown]');
    }
    const sides = await openSides(one, other);
    if ('findings' in sides) {
      process.stderr.write(sides.findings);
      return 2;
    }
    const { before, after } = sides;
    const changes = diffRulebooks(before.rulebook, after.rulebook);
    const report: DiffReport = { before: before.label, after: after.label, changes };
    process.stdout.write(printed(report, values));
    return isDifferent(changes) ? 1 : 0;
  },
};

function printed(
  report: DiffReport,
  { json, markdown }: { readonly json: boolean; readonly markdown: boolean },
): string {
  if (json) return `${JSON.stringify(diffReportJson(report), undefined, 2)}\n`;
  if (markdown) return diffReportMarkdown(report);
  return diffReportText(report, { color: wantsColor(process.stdout, process.env) });
}
