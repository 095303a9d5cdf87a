import { parseArgs } from 'node:util';
import { runSeed } from './run-seed.ts';

/**
 * Long runs: `npx tsx test/simulation/run.ts --seeds 100000 [--from 1]`. Progress on standard error while it runs, in place
 * on a terminal and now and then elsewhere; every seed that fails as soon as it does, and one JSON object as the last line.
 * Ends with 1 if any seed failed.
 */
const { values } = parseArgs({
  options: { seeds: { type: 'string', default: '2000' }, from: { type: 'string', default: '1' } },
});
const from = Number(values.from);
const until = from + Number(values.seeds);
const everyMs = process.stderr.isTTY ? 1_000 : 60_000;

// Thousands of errors are part of every run, and nobody looks at where they were made.
Error.stackTraceLimit = 0;

const begun = performance.now();
const failed: number[] = [];
let steps = 0;
let toldAt = 0;
for (let seed = from; seed < until; seed += 1) {
  const result = await runSeed(seed);
  steps += result.steps;
  if (result.violations.length > 0) {
    failed.push(seed);
    console.log(`seed ${seed}\n  ${result.violations.join('\n  ')}`);
  }
  tellProgress(seed - from + 1);
}
const seconds = (performance.now() - begun) / 1_000;
console.log(
  JSON.stringify({
    from,
    seeds: until - from,
    failed,
    steps,
    seconds: round(seconds),
    perSecond: round((until - from) / seconds),
  }),
);
process.exitCode = failed.length === 0 ? 0 : 1;

function tellProgress(done: number): void {
  const now = performance.now();
  if (now - toldAt < everyMs) return;
  toldAt = now;
  const rate = round((done * 1_000) / (now - begun));
  const line = `${done} of ${until - from} seeds, ${failed.length} failed, ${rate} a second`;
  process.stderr.write(process.stderr.isTTY ? `\r${line} ` : `${line}\n`);
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
