import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { afterEach, describe, expect, it } from 'vitest';
import { type OverlayRow, openOverlayFile } from '../../../../adapters/cli/overlay/overlay-file.ts';

const folders: string[] = [];
afterEach(async () => {
  await Promise.all(folders.splice(0).map((folder) => rm(folder, { recursive: true })));
});

async function fileOf(name: string, content: string | Uint8Array): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'nextbest-overlay-'));
  folders.push(folder);
  await writeFile(join(folder, name), content);
  return join(folder, name);
}

async function rowsIn(file: string): Promise<readonly OverlayRow[]> {
  const rows: OverlayRow[] = [];
  for await (const group of (await openOverlayFile(file)).groups) rows.push(...group.rows);
  return rows;
}

describe('a file of external attributes', () => {
  it('names the line of every row, and of what is none', async () => {
    const file = await fileOf('a.csv', '\uFEFFuserId,churn\n\nada,"0.5"\nbob\n"cy,1\ndee,2\n');
    expect(await rowsIn(file)).toEqual([
      { place: 3, cells: { userId: 'ada', churn: '0.5' } },
      { place: 4, reason: 'found 1 columns, expected 2' },
      { place: 5, reason: expect.stringContaining('a quote is never closed') },
    ]);
  });

  it('is refused where it has a column twice: nobody knows which one is meant', async () => {
    const file = await fileOf('a.csv', 'userId,churn,churn\nada,0.5,0.7\n');
    await expect(rowsIn(file)).rejects.toThrow(`${file}:1: the column "churn" stands there twice`);
  });

  it('may have columns of Parquet that JSON does not know', async () => {
    const content = parquetWriteBuffer({
      columnData: [
        { name: 'userId', data: ['ada'] },
        { name: 'orders', data: [[1n, 2n]] },
      ],
      schema: [
        { name: 'root', num_children: 2 },
        { name: 'userId', type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'REQUIRED' },
        { name: 'orders', converted_type: 'LIST', repetition_type: 'OPTIONAL', num_children: 1 },
        { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
        { name: 'element', type: 'INT64', repetition_type: 'OPTIONAL' },
      ],
    });
    const file = await fileOf('a.parquet', new Uint8Array(content));
    expect(await rowsIn(file)).toEqual([{ place: 1, cells: { userId: 'ada', orders: [1, 2] } }]);
  });
});
