import { existsSync, readdirSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { JsonObject } from '../../engine/index.ts';

/**
 * `npm run evaluate -- <name> --data <folder> [--json]`: how well the engine learns, judged on public data that is not part
 * of the project. Prints what it found, then one JSON object as the last line; with `--json` that alone. Exit code 2 when it
 * was called wrongly.
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

const { values, positionals } = parseArgs({
  options: { data: { type: 'string' }, json: { type: 'boolean', default: false } },
  allowPositionals: true,
});
const [name = ''] = positionals;

const evaluation = names.includes(name)
  ? ((await import(new URL(`./${name}.ts`, here).href)) as Evaluation)
  : undefined;
const lacksData = evaluation?.needsData !== false && values.data === undefined;

if (!evaluation || lacksData || (values.data !== undefined && !existsSync(values.data))) {
  const missing = values.data !== undefined && !existsSync(values.data) ? `no folder ${values.data}\n` : '';
  process.stderr.write(
    `${missing}Usage: npm run evaluate -- ${names.join(' | ')} --data <folder> [--json]\n`,
  );
  process.exitCode = 2;
} else {
  const tell = values.json ? () => undefined : (line: string) => process.stdout.write(`${line}\n`);
  process.stdout.write(`${JSON.stringify(await evaluation.evaluate(values.data ?? '', tell))}\n`);
}
