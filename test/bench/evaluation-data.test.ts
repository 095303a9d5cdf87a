import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { evaluate as evaluateBank } from '../../bench/evaluate/bank.ts';
import { evaluate as evaluateHillstrom } from '../../bench/evaluate/hillstrom.ts';
import { evaluate as evaluateObd } from '../../bench/evaluate/obd.ts';
import { evaluate as evaluateStarbucks } from '../../bench/evaluate/starbucks.ts';
import { Random } from '../../bench/measure/random.ts';

const folders: string[] = [];

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

/** A folder with these files, packed where their names say so. */
function folderOf(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'nextbest-evaluate-'));
  folders.push(folder);
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(folder, name, '..'), { recursive: true });
    writeFileSync(join(folder, name), name.endsWith('.gz') ? gzipSync(text) : text);
  }
  return folder;
}

function run(...args: readonly string[]) {
  return spawnSync(process.execPath, ['--import', 'tsx', 'bench/evaluate/run.ts', ...args], {
    encoding: 'utf8',
  });
}

const quiet = () => undefined;

function bankLines(rows: number): string {
  const random = new Random(5);
  const lines = Array.from({ length: rows }, () => {
    const age = random.between(20, 70);
    return `${age};"${random.pick(['may', 'june'])}";${random.between(1, 900)};"${random.chance(age / 100) ? 'yes' : 'no'}"`;
  });
  return ['"age";"month";"duration";"y"', ...lines].join('\n');
}

describe('evaluations on other files of the same columns', () => {
  it('count from the middle on where a file has few rows', async () => {
    const told = await evaluateBank(folderOf({ 'uci/bank.csv.gz': bankLines(300) }), quiet);
    expect(told).toMatchObject({ outcomes: 300, counted_from: 150 });
    const { ours } = (told.orders as unknown as { time: Record<string, { auc: number }> }).time;
    expect(ours?.auc).toBeGreaterThan(0.4);
  });

  it('name the file and the column that is not there', async () => {
    const bank = folderOf({ 'bank.csv': bankLines(10).replace('"y"', '"accepted"') });
    await expect(evaluateBank(bank, quiet)).rejects.toThrow(
      'bank.csv:1 y: found nothing, expected a column of this name among age, month, duration, accepted',
    );
    const comma = folderOf({ 'bank.csv': bankLines(10).replaceAll(';', ',') });
    await expect(evaluateBank(comma, quiet)).rejects.toThrow('bank.csv:1 y: found nothing');
    const mail = folderOf({ 'dev/hillstrom.csv': 'recency,history,segment\n1,2,No E-Mail\n' });
    await expect(evaluateHillstrom(mail, quiet)).rejects.toThrow('hillstrom.csv:1 mens: found nothing');
    const empty = folderOf({ 'hillstrom.csv': '' });
    await expect(evaluateHillstrom(empty, quiet)).rejects.toThrow('hillstrom.csv: found no rows');
  });

  it('name the line of a file that cannot be read', async () => {
    const log = folderOf({
      'obd_bts_men.csv': 'item_id,click,propensity_score,user-item_affinity_0\n0,0,0.5,0\n0,0,none,0\n',
    });
    await expect(evaluateObd(log, quiet)).rejects.toThrow(
      'obd_bts_men.csv:3 propensity_score: found "none", expected a number',
    );
    const open = folderOf({ 'bank.csv': '"age";"y"\n1;"no"\n2;"no\n' });
    await expect(evaluateBank(open, quiet)).rejects.toThrow('bank.csv:3 line: found an open quote');
    const lines = folderOf({ 'starbucks_transcript.json': '{"person":"a"}\n{"person":\n' });
    await expect(evaluateStarbucks(lines, quiet)).rejects.toThrow(
      'starbucks_transcript.json:2 line: found {"person":',
    );
  });

  it('name the set that holds nothing, or rows of another width', () => {
    const head = '@relation r\n@attribute a numeric\n@attribute class {p,q}\n@data\n';
    const told = (name: string, files: Readonly<Record<string, string>>) =>
      run(name, '--data', folderOf(files)).stderr;
    expect(told('bandit', { 'none.arff': head })).toBe(
      'none.arff: found no rows, expected them behind @data\n',
    );
    expect(told('digits', { 'uci/wide.arff.gz': `${head}1,p\n1,2,q\n` })).toBe(
      'wide.arff: found 3 cells in row 2, expected 2\n',
    );
  });

  it('say in one line what is missing, without a stack of calls', () => {
    const { status, stderr, stdout } = run('bank', '--data', folderOf({}), '--json');
    expect(stderr).toMatch(/^no file bank\.csv or bank\.csv\.gz in \S+ or its folders dev and uci\n$/);
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    const wrong = run('bank', '--folder', 'x');
    expect(wrong.status).toBe(2);
    expect(wrong.stderr).toMatch(
      /^Unknown option '--folder'.*\nUsage: npm run evaluate -- attribution \| bandit/,
    );
  });
});
