import { cpus } from 'node:os';
import type { Curve, Figures, Measure } from '../report/figures.ts';
import { type CompetitorName, competitorNames } from './competitors.ts';
import type { Row } from './measure-row.ts';

const about = {
  question: 'What does it cost to tell which of N rules match a customer?',
  workload:
    'two seeded books (`rules/uniform-book.ts`: N rules of five conditions over 40 facts; `rules/realistic-book.ts`: three tiers, groups within groups), 256 customers in turns, facts laid out beforehand',
  baseline:
    'json-rules-engine, GoRules ZEN, json-logic-engine and generated JavaScript on the same rules and facts, each with the same matches as ours; the ratio is theirs divided by ours',
  notMeasured: "reading facts from a customer's state, ranking, rendering",
};

const spelled: Readonly<Record<CompetitorName, string>> = {
  codegen: 'generated',
  codegen_tuned: 'generated, tuned',
  json_logic: 'json-logic-engine',
  zen: 'ZEN',
  zen_tuned: 'ZEN, tuned',
  json_rules_engine: 'json-rules-engine',
};

/** `ratio` is that of 1,000 uniform rules to json-rules-engine. */
export function toFigures(rows: readonly Row[]): Figures {
  const uniform = rows.filter(({ book }) => book === 'uniform');
  const ratio = uniform.find(({ n }) => n === 1_000)?.comparisons.get('json_rules_engine')?.ratio;
  return {
    bench: 'rules',
    about,
    ...(ratio !== undefined && { ratio }),
    measures: rows.flatMap(measuresOf),
    curves: [
      // What a busy machine adds to a round would be taken for growth.
      curveOf('one match', uniform, ({ ns }) => ns.low / 1e3, 'one match, quickest tenth of the rounds (us)'),
      curveOf('compiling', uniform, ({ compileMs }) => compileMs, 'time to compile (ms)'),
    ],
    raw: { rows: rows.map(toJson) },
  };
}

function measuresOf({ book, n, comparisons }: Row): readonly Measure[] {
  return [...comparisons].map(([name, { ns, oursNs, ratio, low, high, rounds }]) => ({
    name: `${count(n)} ${book} rules, one match; ${spelled[name]}`,
    unit: 'us',
    ours: oursNs / 1e3,
    theirs: ns / 1e3,
    ratio: { median: ratio, low, high, pairs: rounds },
  }));
}

function curveOf(name: string, rows: readonly Row[], of: (row: Row) => number, y: string): Curve {
  return { name, x: 'rules', y, points: rows.map((row) => ({ x: row.n, y: of(row) })) };
}

/** A row in full. What was not measured is null, and `note` says why. */
function toJson(row: Row): Readonly<Record<string, unknown>> {
  return {
    book: row.book,
    n: row.n,
    nextbest_ns: rounded(row.ns.median),
    nextbest_ns_low: rounded(row.ns.low),
    nextbest_ns_high: rounded(row.ns.high),
    ...Object.fromEntries(
      competitorNames.map((name) => [`${name}_ns`, rounded(row.comparisons.get(name)?.ns)]),
    ),
    ...Object.assign({}, ...competitorNames.map((name) => ratioFields(name, row))),
    compile_ms: rounded(row.compileMs),
    index_bytes: row.indexBytes,
    matched_share: rounded(row.matchedShare),
    ...(row.notes.length > 0 ? { note: row.notes.join('; ') } : {}),
  };
}

function ratioFields(name: CompetitorName, { comparisons }: Row): Readonly<Record<string, unknown>> {
  const found = comparisons.get(name);
  return {
    [`ratio_${name}`]: rounded(found?.ratio),
    [`ratio_${name}_low`]: rounded(found?.low),
    [`ratio_${name}_high`]: rounded(found?.high),
    [`${name}_form`]: found?.form ?? null,
    [`${name}_rounds`]: found?.rounds ?? null,
    [`${name}_agreed_on`]: found?.agreedOn ?? null,
  };
}

/** Five digits: what lies beyond them is noise. */
function rounded(value: number | undefined): number | null {
  return value === undefined ? null : Number(value.toPrecision(5));
}

/** The tables for people. */
export function toText(rows: readonly Row[]): string {
  return [
    `Node ${process.version}, ${cpus()[0]?.model ?? 'unknown processor'}. Times of one match, medians.`,
    '',
    ...table([
      ['book', 'n', 'nextbest', ...competitorNames, 'compile', 'index', 'matched'],
      ...rows.map(timesOf),
    ]),
    '',
    'Theirs divided by ours, median of the rounds (80 % of the rounds):',
    '',
    ...table([['book', 'n', ...competitorNames], ...rows.map(ratiosOf)]),
    '',
    ...rows.flatMap(({ book, n, notes }) => notes.map((note) => `${book} ${count(n)}: ${note}`)),
    '',
  ].join('\n');
}

function timesOf(row: Row): readonly string[] {
  return [
    row.book,
    count(row.n),
    time(row.ns.median),
    ...competitorNames.map((name) => time(row.comparisons.get(name)?.ns)),
    time(row.compileMs * 1e6),
    `${(row.indexBytes / 2 ** 20).toPrecision(3)} MiB`,
    `${(row.matchedShare * 100).toFixed(1)} %`,
  ];
}

function ratiosOf(row: Row): readonly string[] {
  const ratios = competitorNames.map((name) => {
    const found = row.comparisons.get(name);
    return found ? `${count(found.ratio)} (${count(found.low)}..${count(found.high)})` : '-';
  });
  return [row.book, count(row.n), ...ratios];
}

function time(ns: number | undefined): string {
  if (ns === undefined) return '-';
  if (ns < 1e3) return `${ns.toPrecision(3)} ns`;
  if (ns < 1e6) return `${(ns / 1e3).toPrecision(3)} us`;
  return ns < 1e9 ? `${(ns / 1e6).toPrecision(3)} ms` : `${(ns / 1e9).toPrecision(3)} s`;
}

function count(value: number): string {
  return value < 100 ? String(Number(value.toPrecision(2))) : Math.round(value).toLocaleString('en');
}

function table(lines: readonly (readonly string[])[]): readonly string[] {
  const widths = (lines[0] ?? []).map((_, column) =>
    Math.max(...lines.map((line) => (line[column] ?? '').length)),
  );
  return lines.map((line) => line.map((cell, column) => cell.padStart(widths[column] ?? 0)).join('  '));
}
