import type { OverlayLoadReport } from '../../../engine/index.ts';
import type { OverlayFile, OverlayRow } from './overlay-file.ts';

type Cells = Readonly<Record<string, unknown>>;

/** Where rows go: to a running server, or straight into the store. */
export type SendRows = (rows: AsyncIterable<readonly Cells[]>) => Promise<OverlayLoadReport>;

export interface LoadSummary {
  readonly overlay: string;
  readonly file: string;
  readonly rows: number;
  readonly loaded: number;
  readonly rejected: number;
  /** The first of those that were rejected, with their place in the file. */
  readonly rejections: readonly { readonly place: string; readonly reason: string }[];
  readonly version?: string;
  readonly isNew?: boolean;
}

interface Rejection {
  readonly place: number;
  readonly reason: string;
}

/** Rows of customers are sent in parts of this size, so that no request takes long; a table goes in one. */
const rowsPerPart = 5_000;
const rejectionsShown = 20;

/**
 * Sends a file's rows. Whatever is not loaded is counted and told with its place: records that are no rows are found
 * here, rows that do not fit the overlay by whoever takes them in.
 */
export async function loadOverlay(job: {
  readonly overlay: string;
  readonly kind: 'customer' | 'table';
  /** For messages. */
  readonly file: string;
  readonly rows: OverlayFile;
  readonly send: SendRows;
  readonly onProgress: (fraction: number, rows: number) => void;
}): Promise<LoadSummary> {
  const { overlay, kind, file, rows } = job;
  const source = new RowSource(rows, job.onProgress);
  const rejections: Rejection[] = [];
  let loaded = 0;
  let rejected = 0;
  let last: OverlayLoadReport | undefined;
  do {
    source.beginPart(kind === 'table' ? Number.POSITIVE_INFINITY : rowsPerPart);
    last = await job.send(source.part());
    loaded += last.loaded;
    rejected += last.rejected;
    for (const { row, reason } of last.rejections) {
      if (rejections.length < rejectionsShown) rejections.push({ place: source.placeOf(row), reason });
    }
  } while (!source.isOver);
  const all = [...source.unreadable, ...rejections].sort((one, other) => one.place - other.place);
  return {
    ...{ overlay, file, loaded },
    rows: source.rows,
    rejected: rejected + source.unreadableCount,
    rejections: all.slice(0, rejectionsShown).map(({ place, reason }) => ({
      place: rows.unit === 'line' ? `${file}:${place}` : `${file}, row ${place}`,
      reason,
    })),
    ...(last.version !== undefined && { version: last.version }),
    ...(last.isNew !== undefined && { isNew: last.isNew }),
  };
}

/** Hands a file's rows out in parts and remembers where each of a part stood. */
class RowSource {
  readonly unreadable: Rejection[] = [];
  unreadableCount = 0;
  rows = 0;
  isOver = false;
  readonly #file: OverlayFile;
  readonly #onProgress: (fraction: number, rows: number) => void;
  #left: readonly OverlayRow[] = [];
  #places: number[] = [];
  #room = 0;

  constructor(file: OverlayFile, onProgress: (fraction: number, rows: number) => void) {
    this.#file = file;
    this.#onProgress = onProgress;
  }

  beginPart(rows: number): void {
    this.#places = [];
    this.#room = rows;
  }

  /** Rows count from 1 within their part. */
  placeOf(row: number): number {
    return this.#places[row - 1] ?? 0;
  }

  async *part(): AsyncGenerator<readonly Cells[]> {
    for (;;) {
      const taken = this.#take();
      if (taken.length > 0) yield taken;
      if (this.#room <= 0) return;
      const next = await this.#file.groups.next();
      if (next.done) {
        this.isOver = true;
        return;
      }
      this.#left = next.value.rows;
      this.#onProgress(next.value.fraction, this.rows);
    }
  }

  #take(): readonly Cells[] {
    const taken: Cells[] = [];
    let at = 0;
    for (; at < this.#left.length && this.#room > 0; at += 1) {
      const row = this.#left[at] as OverlayRow;
      this.rows += 1;
      if ('reason' in row) {
        this.unreadableCount += 1;
        if (this.unreadable.length < rejectionsShown) this.unreadable.push(row);
        continue;
      }
      this.#places.push(row.place);
      this.#room -= 1;
      taken.push(row.cells);
    }
    this.#left = this.#left.slice(at);
    return taken;
  }
}
