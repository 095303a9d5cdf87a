import { parseArgs } from 'node:util';
import { benchNames, plannedBenches } from './report/bench-plan.ts';

/**
 * `npm run bench`: runs all benchmarks, one after the other, and writes down what they found (bench/results, bench/README.md).
 * `npm run bench -- <name> [options]`: runs one; its last line is one JSON object.
 * `npm run bench -- <name> --compare <revision>`: one, as it is now and as it was then, in turns.
 * Exit code 1 when one fails, 2 when it was called wrongly.
 */
const names = benchNames();
const usage = `Usage: npm run bench                                all of them, into bench/README.md
       npm run bench -- [--quick] [--only NAME,NAME]
       npm run bench -- NAME [options]              one of ${names.join(', ')}
       npm run bench -- NAME --compare REVISION
`;

async function main(): Promise<void> {
  const [first] = process.argv.slice(2);
  if (first === undefined || first.startsWith('-')) return all();
  if (!names.includes(first)) return refuse(`There is no bench ${JSON.stringify(first)}.`);
  if (process.argv.includes('--compare')) return compare();
  // What is left of the arguments is the benchmark's own.
  process.argv.splice(2, 1);
  await import(new URL(`./${first}.ts`, import.meta.url).href);
}

async function all(): Promise<void> {
  const asked = argumentsOf(() =>
    parseArgs({ options: { quick: { type: 'boolean', default: false }, only: { type: 'string' } } }),
  );
  if (asked instanceof Error) return refuse(asked.message);
  const { quick, only } = asked.values;
  const wanted = only?.split(',') ?? [];
  const together = plannedBenches(names).map(({ name }) => name);
  const unknown = wanted.find((name) => !together.includes(name));
  if (unknown !== undefined) return refuse(`${JSON.stringify(unknown)} is none of ${together.join(', ')}.`);
  const { runAll } = await import('./report/run-all.ts');
  process.exitCode = await runAll({ quick, only: wanted });
}

async function compare(): Promise<void> {
  const asked = argumentsOf(() =>
    parseArgs({
      options: {
        compare: { type: 'string' },
        json: { type: 'boolean', default: false },
        quick: { type: 'boolean' },
      },
      allowPositionals: true,
    }),
  );
  if (asked instanceof Error) return refuse(asked.message);
  const { values, positionals } = asked;
  const [name = ''] = positionals;
  const { compareRevisions } = await import('./report/compare-revisions.ts');
  process.exitCode = await compareRevisions({ name, revision: values.compare ?? '', isJson: values.json });
}

function argumentsOf<T>(parse: () => T): T | Error {
  try {
    return parse();
  } catch (error) {
    if (error instanceof TypeError) return error;
    throw error;
  }
}

function refuse(words: string): void {
  process.stderr.write(`${words}\n${usage}`);
  process.exitCode = 2;
}

await main();
