import { parseArgs } from 'node:util';
import { type Effort, measureRow, type Row } from './rules/measure-row.ts';
import { realisticBook } from './rules/realistic-book.ts';
import { toFigures, toText } from './rules/report.ts';
import { uniformBook } from './rules/uniform-book.ts';
import type { Workload } from './rules/workload.ts';

/**
 * Question: what does it cost to tell which of N actions match a customer?
 *
 * Workloads: rules/uniform-book.ts (N rules of five conditions over 40 facts, which says how selective they are) and
 * rules/realistic-book.ts (three tiers, groups within groups). 256 customers take turns. Facts are laid out before
 * anything is timed: by slot for nextbest, a plain object for the others.
 *
 * Baselines, in the same run and taking turns with ours: json-rules-engine; GoRules ZEN as one decision table with a
 * column per fact (`zen`), and with whole expressions as cells where that is faster (`zen_tuned`); json-logic-engine,
 * compiled; and generated straight-line JavaScript, once all rules as one function that reads the facts' object
 * (`codegen`), once cut to what the optimising compiler takes, with facts in local variables (`codegen_tuned`). Before
 * anything is timed, each must give the same matches as ours.
 *
 * Not measured: reading facts from a customer's state, ranking, rendering.
 */
const sizes = [10, 100, 1_000, 10_000, 100_000];
const realisticActions = 1_000;

const thorough: Effort = {
  quick: false,
  rounds: 9,
  roundsMs: 10_000,
  sliceMs: 40,
  warmUp: { ms: 300, msMax: 3_000 },
  agreeMs: 500,
};
const brief: Effort = {
  quick: true,
  rounds: 5,
  roundsMs: 2_000,
  sliceMs: 15,
  warmUp: { ms: 60, msMax: 400 },
  agreeMs: 100,
};

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { json: { type: 'boolean' }, quick: { type: 'boolean' } } });
  const effort = values.quick ? brief : thorough;
  const started = process.hrtime.bigint();
  const measure = async (workload: Workload): Promise<Row> => {
    const row = await measureRow(workload, effort);
    const seconds = Number((process.hrtime.bigint() - started) / 1_000_000_000n);
    if (!values.json) process.stderr.write(`${seconds} s: the ${row.book} book of ${row.n} is measured\n`);
    return row;
  };
  // Before the large books, whose garbage takes the collector seconds.
  const realistic = await measure(realisticBook(realisticActions));
  const rows: Row[] = [];
  for (const size of sizes) rows.push(await measure(uniformBook(size)));
  rows.push(realistic);
  if (!values.json) process.stdout.write(toText(rows));
  process.stdout.write(`${JSON.stringify(toFigures(rows))}\n`);
}

await main();
