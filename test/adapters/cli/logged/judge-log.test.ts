import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { judgeLog, type LogJudgement } from '../../../../adapters/cli/logged/judge-log.ts';
import { judgementText } from '../../../../adapters/cli/logged/judgement-text.ts';
import { type LogFormat, loggedRecords } from '../../../../adapters/cli/logged/logged-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'nextbest-logged-'));
afterAll(() => rmSync(folder, { recursive: true }));

function written(name: string, lines: readonly string[], pack = false): string {
  const text = lines.map((line) => `${line}\r\n`).join('');
  writeFileSync(join(folder, name), pack ? gzipSync(text) : text);
  return join(folder, name);
}

function judged(file: string, format: LogFormat, targets?: string): Promise<LogJudgement> {
  const records = loggedRecords({ file, format, options: { actions: 2 } });
  return judgeLog({ file, records, ...(targets !== undefined && { targets }) });
}

/** 1,000 decisions between two items, drawn with 1/4 and 3/4; the second one pays in four of five cases, the first never. */
const rows = Array.from({ length: 1_000 }, (_, index) => {
  const item = index % 4 === 0 ? 1 : 0;
  return `${item},${item === 1 && index % 20 !== 0 ? 1 : 0},${item === 1 ? 0.25 : 0.75}`;
});
const header = 'item_id,click,propensity_score';

describe('a log from elsewhere', () => {
  it('tells what a uniform choice would have earned', async () => {
    const { report, faulty } = await judged(written('log.csv.gz', [header, ...rows], true), 'obd');
    expect(faulty).toBe(0);
    expect(report.answer).toBe('better');
    expect(report.evaluation?.estimates.ips.value).toBeCloseTo(0.4, 12);
    expect(report.evaluation?.overlap.meanWeight).toBeCloseTo(1, 12);
    expect(report.evaluation?.overlap.largestWeight).toBe(2);
  });

  it('tells what the probabilities of a file beside it would have earned', async () => {
    const file = written('log.csv', [header, ...rows]);
    const whole = await judged(
      file,
      'obd',
      written(
        'whole.txt',
        rows.map(() => '0, 1'),
      ),
    );
    expect(whole.report.evaluation?.estimates.ips.value).toBeCloseTo(0.8, 12);
    const chosen = written(
      'chosen.txt',
      rows.map((row) => (row.startsWith('1') ? '1' : '0')),
    );
    const { report } = await judged(file, 'obd', chosen);
    expect(report.evaluation?.estimates.ips.value).toBeCloseTo(0.8, 12);
  });

  it('names lines that cannot be read, and goes on without them', async () => {
    const file = written('bad.csv', [header, '1,1,2', ...rows]);
    const judgement = await judged(file, 'obd');
    expect(judgement.faults).toEqual([
      `${file}:2 propensity_score: found "2", expected a probability above 0 and up to 1`,
    ]);
    expect(judgement.report.evaluation?.rows).toBe(1_000);
    expect(judgementText(judgement)).toContain('1 decisions could not be read and are missing above.');
  });

  it('says that it cannot tell, with the figures that show why', async () => {
    const judgement = await judged(written('small.csv', [header, ...rows.slice(0, 60)]), 'obd');
    const text = judgementText(judgement);
    expect(text).toMatch(
      /^cannot tell: too few logged decisions resemble the new rules: 60 are worth 45 in effect/,
    );
    expect(text).toMatch(/doubly robust +0\.\d{6}/);
    expect(text).toMatch(/largest weight +2\.00/);
  });

  it('reads blocks to the end of the file, and says that it holds no decision', async () => {
    const { report } = await judged(written('log.vw', ['0:-1:0.5 | a', '| b']), 'vw');
    expect(report.evaluation?.rows).toBe(1);
    const empty = await judged(written('empty.json', ['{"RewardValue":1}']), 'dsjson');
    expect(judgementText(empty)).toBe(
      'cannot tell: there is no logged decision\n\n1 lines are outcomes by themselves or were never carried out.',
    );
  });

  it('wants a target for every decision, and a decision for every target', async () => {
    const file = written('two.csv', [header, ...rows.slice(0, 2)]);
    const few = await judged(file, 'obd', written('few.txt', ['0.5 0.5']));
    expect(few.faults).toEqual([
      `${join(folder, 'few.txt')}:2 line: found nothing, expected a line for every decision of the log`,
    ]);
    const many = written('many.txt', ['1', '1', '1']);
    await expect(judged(file, 'obd', many)).rejects.toThrow('more lines than the log has decisions, 2');
  });
});
