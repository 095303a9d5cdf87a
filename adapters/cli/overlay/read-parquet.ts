import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects } from 'hyparquet';
import { CodedError } from '../../../engine/index.ts';
import type { OverlayFile } from './overlay-file.ts';

/** Rows decoded at a time. */
const rowsPerGroup = 5_000;

/** The rows of a Parquet file, uncompressed or with Snappy. Rows count from 1; NB_INVALID_INPUT when it cannot be read. */
export async function openParquet(file: string): Promise<OverlayFile> {
  return {
    unit: 'row',
    groups: groupsOf(file),
  };
}

async function* groupsOf(file: string): OverlayFile['groups'] {
  try {
    const buffer = await asyncBufferFromFile(file);
    const metadata = await parquetMetadataAsync(buffer);
    const total = Number(metadata.num_rows);
    for (let rowStart = 0; rowStart < total; rowStart += rowsPerGroup) {
      const rowEnd = Math.min(total, rowStart + rowsPerGroup);
      const rows = await parquetReadObjects({ file: buffer, metadata, rowStart, rowEnd });
      yield {
        fraction: rowEnd / total,
        rows: rows.map((row, index) => ({ place: rowStart + index + 1, cells: plain(row) })),
      };
    }
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new CodedError('NB_INVALID_INPUT', `${file} cannot be read as Parquet: ${reason}`, { cause });
  }
}

/** Parquet has kinds of values that JSON has not. */
function plain(row: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, plainValue(value)]));
}

function plainValue(value: unknown): unknown {
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Uint8Array) return Buffer.from(value).toString('utf8');
  if (Array.isArray(value)) return value.map(plainValue);
  return typeof value === 'object' && value !== null ? plain(value as Record<string, unknown>) : value;
}
