import { readFile } from 'node:fs/promises';
import { CodedError, type PartitionEnd } from '../../../engine/index.ts';

/** Where the chains ended by an earlier report (`nextbest audit --json`). */
export async function endsOfEarlier(file: string): Promise<readonly PartitionEnd[]> {
  const ends = endsIn(await textOf(file));
  if (ends !== undefined) return ends;
  throw new CodedError('NB_CONFIG', `--against: ${file} is not what \`nextbest audit --json\` wrote`);
}

async function textOf(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new CodedError('NB_CONFIG', `--against: expected a file, found none: ${why}`);
  }
}

function endsIn(text: string): readonly PartitionEnd[] | undefined {
  try {
    const { ends } = JSON.parse(text) as { readonly ends?: unknown };
    return Array.isArray(ends) && ends.every(isEnd) ? ends : undefined;
  } catch {
    return undefined;
  }
}

function isEnd(value: unknown): value is PartitionEnd {
  if (typeof value !== 'object' || value === null) return false;
  const { partition, number, hash } = value as Partial<Record<string, unknown>>;
  return typeof partition === 'number' && typeof number === 'number' && typeof hash === 'string';
}
