import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { runBench } from '../../../bench/report/run-bench.ts';
import { sampleFigures } from './sample-figures.ts';

const folder = mkdtempSync(join(tmpdir(), 'nextbest-run-bench-'));
const project = new URL('../../..', import.meta.url).pathname;

function run(script: string, budgetMs = 120_000) {
  const file = join(folder, 'bench.mjs');
  writeFileSync(file, script);
  return runBench({ args: [file], directory: project, budgetMs });
}

function isAlive(pid: number): boolean {
  try {
    // A process that ended and that nobody has asked after yet is still in the list, as a zombie.
    return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

describe('a bench as a process of its own', () => {
  afterAll(() => rmSync(folder, { recursive: true }));

  it('hands over the figures in its last line', async () => {
    const line = JSON.stringify(sampleFigures);
    const outcome = await run(`console.log('words before'); console.log(${JSON.stringify(line)});`);
    expect(outcome).toMatchObject({ kind: 'done', figures: sampleFigures });
  });

  it.each([
    ['its exit code', 'process.exitCode = 3;', 'it ended with exit code 3'],
    ['a last line that is no object', "console.log('that is all');", 'no JSON object'],
    ['what the object lacks', 'console.log(\'{"bench":"x"}\');', 'no object under "about"'],
  ])('fails by %s', async (_, script, why) => {
    const outcome = await run(script);
    expect(outcome).toMatchObject({ kind: 'failed', why: expect.stringContaining(why) });
  });

  it('is ended beyond its budget, with what it started and the files it left', async () => {
    const told = join(folder, 'told.json');
    const script = `import { spawn } from 'node:child_process';
      import { writeFileSync } from 'node:fs';
      import { tmpdir } from 'node:os';
      const { pid } = spawn(process.execPath, ['-e', 'setInterval(() => 1, 1000)'], { stdio: 'inherit' });
      writeFileSync(${JSON.stringify(told)}, JSON.stringify({ pid, scratch: tmpdir() }));
      setInterval(() => 1, 1000);`;
    // A busy machine needs longer until the script has begun at all.
    for (let seconds = 2; !existsSync(told); seconds *= 2) {
      const outcome = await run(script, seconds * 1_000);
      expect(outcome).toMatchObject({ kind: 'failed', why: `it was ended after its ${seconds} seconds` });
    }
    const { pid, scratch } = JSON.parse(readFileSync(told, 'utf8'));
    await expect.poll(() => isAlive(pid)).toBe(false);
    expect(() => readFileSync(scratch)).toThrow(/ENOENT/);
  });
});
