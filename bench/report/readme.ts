import type { Curve } from './figures.ts';
import { type Machine, machineText } from './machine.ts';
import { missedTargets, targetCount } from './missed.ts';
import { numberText } from './number-text.ts';
import { pictureOf, type Result } from './results.ts';
import { growthText, measureTable, table } from './tables.ts';

const begin = '<!-- begin of what `npm run bench` writes -->';
const end = '<!-- end of what `npm run bench` writes -->';

/** The text with the part between the two markers written anew. */
export function withResults(text: string, results: readonly Result[]): string {
  const from = text.indexOf(begin);
  const to = text.indexOf(end);
  if (from < 0 || to < from) throw new Error(`expected the lines "${begin}" and "${end}" in bench/README.md`);
  const written = report(results).join('\n');
  return `${text.slice(0, from + begin.length)}\n\n${written}\n\n${text.slice(to)}`;
}

function report(results: readonly Result[]): readonly string[] {
  const newest = results.reduce<Result | undefined>(
    (one, other) => (one === undefined || other.date > one.date ? other : one),
    undefined,
  );
  if (newest === undefined) return ['Nothing was measured yet.'];
  return [
    `Machine: ${machineText(newest.machine)}.`,
    '',
    ...overview(results),
    ...results.flatMap((result) => ['', ...section(result, newest.machine)]),
  ];
}

function overview(results: readonly Result[]): readonly string[] {
  const rows = results.map((result) => {
    const { bench, form, seconds, date } = result;
    const targets = targetCount(result);
    const met = targets - missedTargets(result).length;
    return [
      `[${bench}](#${bench})`,
      form === 'quick' ? '`--quick`' : 'full',
      date,
      `${numberText(Math.round(seconds))} s`,
      ratiosText(result),
      targets === 0 ? '' : `${met} of ${targets} met`,
    ];
  });
  return table(['bench', 'form', 'measured', 'took', 'ratio', 'targets'], rows);
}

/** `ratio`, or several: `ratio_redis` and the like. */
function ratiosText(result: Result): string {
  return Object.entries(result)
    .flatMap(([name, value]) => {
      const [, of] = /^ratio(?:_(.+))?$/.exec(name) ?? [];
      if (!name.startsWith('ratio') || typeof value !== 'number') return [];
      return [of === undefined ? numberText(value) : `${of} ${numberText(value)}`];
    })
    .join(', ');
}

function section(result: Result, usual: Machine): readonly string[] {
  const { bench, about, measures, curves = [], form, date, machine } = result;
  const other =
    machineText(machine) === machineText(usual) ? [] : [`On ${machineText(machine)}, ${date}.`, ''];
  return [
    `### ${bench}`,
    '',
    ...other,
    `\`npm run bench -- ${bench}${form === 'quick' ? ' --quick' : ''}\``,
    '',
    `- **Question:** ${about.question}`,
    `- **Workload:** ${about.workload}`,
    `- **Baseline:** ${about.baseline}`,
    `- **Not measured:** ${about.notMeasured}`,
    '',
    ...measureTable(measures),
    ...curves.flatMap((curve) => ['', ...curveLines(bench, curve)]),
  ];
}

function curveLines(bench: string, curve: Curve): readonly string[] {
  const points = curve.points.map(({ x, y }) => `${numberText(x)}: ${numberText(y)}`).join(', ');
  return [
    `**${curve.name}** (${curve.y} by ${curve.x}; ${points}) ${growthText(curve)}.`,
    '',
    `![${curve.name}](results/${pictureOf(bench, curve)})`,
  ];
}
