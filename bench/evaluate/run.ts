import { existsSync, readdirSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { JsonObject } from '../../engine/index.ts';
import { DataFault } from './data/data-fault.ts';

/**
 * `npm run evaluate -- <name> --data <folder> [--json]`: how well the engine learns, judged on public data that is not part
 * of the project. Prints what it found, then one JSON object as the last line; with `--json` that alone. Exit code 1 when the
 * data is not as it should be, 2 when it was called wrongly.
 */
interface Evaluation {
  /** False for one that makes its data itself; absent: it reads them. */
  readonly needsData?: boolean;
  evaluate(folder: string, tell: (line: string) => void): Promise<JsonObject>;
}

const here = new URL('.', import.meta.url);
const names = readdirSync(here)
  .filter((entry) => entry.endsWith('.ts') && entry !== 'run.ts')
  .map((entry) => entry.slice(0, -'.ts'.length));

const usage = `Usage: npm run evaluate -- ${names.join(' | ')} --data <folder> [--json]\n`;

function refuse(words: string, exitCode: number): void {
  process.stderr.write(words);
  process.exitCode = exitCode;
}

interface Asked {
  readonly name: string;
  readonly data: string | undefined;
  readonly isJson: boolean;
}

function askedFor(): Asked | Error {
  try {
    const { values, positionals } = parseArgs({
      options: { data: { type: 'string' }, json: { type: 'boolean', default: false } },
      allowPositionals: true,
    });
    return { name: positionals[0] ?? '', data: values.data, isJson: values.json };
  } catch (error) {
    if (error instanceof TypeError) return error;
    throw error;
  }
}

async function run({ name, data, isJson }: Asked): Promise<void> {
  if (!names.includes(name)) return refuse(usage, 2);
  const evaluation = (await import(new URL(`./${name}.ts`, here).href)) as Evaluation;
  if (data === undefined && evaluation.needsData !== false) return refuse(usage, 2);
  if (data !== undefined && !existsSync(data)) return refuse(`no folder ${data}\n${usage}`, 2);
  const tell = isJson ? () => undefined : (line: string) => process.stdout.write(`${line}\n`);
  try {
    process.stdout.write(`${JSON.stringify(await evaluation.evaluate(data ?? '', tell))}\n`);
  } catch (error) {
    if (!(error instanceof DataFault)) throw error;
    refuse(`${error.message}\n`, 1);
  }
}

const asked = askedFor();
if (asked instanceof Error) refuse(`${asked.message}\n${usage}`, 2);
else await run(asked);
