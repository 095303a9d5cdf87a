import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { benchNames, budgetMsMax, plannedBenches } from '../../../bench/report/bench-plan.ts';
import { withResults } from '../../../bench/report/readme.ts';
import { type Result, readResults, writeResult } from '../../../bench/report/results.ts';
import { curveOf, sampleFigures } from './sample-figures.ts';

const machine = { processor: 'A CPU', cores: 2, memoryGiB: 8, node: '20.1.0', platform: 'linux x64' };
const result: Result = { date: '2026-01-31', form: 'quick', seconds: 41, machine, ...sampleFigures };
const readme = readFileSync(new URL('../../../bench/README.md', import.meta.url), 'utf8');

describe('the report in bench/README.md', () => {
  const written = withResults(readme, [result]);

  it('stands between its markers and leaves the rest alone', () => {
    const [before = ''] = readme.split('<!-- begin');
    const after = readme.slice(readme.indexOf('<!-- end'));
    expect(written.startsWith(before)).toBe(true);
    expect(written.endsWith(after)).toBe(true);
    expect(withResults(written, [result])).toBe(written);
  });

  it('names the machine once, and with the bench where it was another one', () => {
    expect(written.match(/A CPU, 2 cores, 8 GiB; Node 20.1.0; linux x64/g)).toHaveLength(1);
    const other = { ...result, date: '2026-01-01', machine: { ...machine, processor: 'Another' } };
    expect(withResults(readme, [other, result])).toContain('On Another, 2 cores');
  });

  it('tells what was asked, which form ran, and each measure with its ratio, spread, pairs and target', () => {
    expect(written).toContain('- **Question:** What does a sum cost?');
    expect(written).toContain('| [sums](#sums) | `--quick` | 2026-01-31 | 41 s | 2 | 1 of 3 met |');
    expect(written).toContain(
      '| a sum \\| of 1,000 | 12,346 us | 24.7 us | 2 | 1.5 .. 2.5 | 5 | at least 3: **missed** |',
    );
    expect(written).toContain('| wrong sums | 0 |  |  |  |  | at most 0: met |');
    expect(written).toContain('| sums a second | 7/s |');
  });

  it('has each of several ratios beside its name', () => {
    const { ratio: _, ...rest } = result;
    const several = { ...rest, ratio_redis: 0.8, ratio_embedded: 0.6 };
    expect(withResults(readme, [several])).toContain('| redis 0.8, embedded 0.6 |');
  });

  it('shows each curve and how it grows', () => {
    expect(written).toContain('![sums by numbers](results/sums.sums-by-numbers.svg)');
    expect(written).toContain('grows **faster than n log n**');
  });

  it('asks for the markers where they are missing', () => {
    expect(() => withResults('# no markers', [result])).toThrow(/expected the lines/);
  });
});

describe('the results', () => {
  const folder = mkdtempSync(join(tmpdir(), 'nextbest-results-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  it('are replaced with their pictures, and those of other benches are kept', () => {
    writeResult(folder, { ...result, bench: 'sums-of-sums' });
    writeResult(folder, result);
    const curves = [curveOf('another', (x) => x)];
    const again = { ...result, curves };
    writeResult(folder, again);
    expect(readdirSync(folder).sort()).toEqual([
      'sums-of-sums.json',
      'sums-of-sums.sums-by-numbers.svg',
      'sums.another.svg',
      'sums.json',
    ]);
    expect(readResults(folder, ['sums', 'unknown'])).toEqual([again]);
  });
});

describe('the plan of all benches', () => {
  it('is done within its time, even where each bench takes all it may', () => {
    const planned = plannedBenches(benchNames());
    expect(planned.reduce((sum, { budgetMs }) => sum + budgetMs, 0)).toBeLessThanOrEqual(budgetMsMax);
  });

  it('leaves out the soak, which takes half an hour', () => {
    expect(plannedBenches(['soak', 'rules']).map(({ name }) => name)).toEqual(['rules']);
  });
});
