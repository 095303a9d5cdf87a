import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { ReplaySink } from '../../../../adapters/cli/replay/batch-sender.ts';
import type { TouchpointEvent } from '../../../../engine/model/touchpoint-event.ts';

/** A sink that keeps what it got, and a place for notes; `failAfter` makes it lose its log after so many batches. */
export class Kept implements ReplaySink {
  readonly events: TouchpointEvent[] = [];
  readonly receivedAt: number[] = [];
  readonly batches: number[] = [];
  readonly notes = new Map<string, string>();
  failAfter = Number.POSITIVE_INFINITY;

  async ingest(
    events: readonly TouchpointEvent[],
    options: { readonly receivedAt: (event: TouchpointEvent) => number; readonly replayed: boolean },
  ): Promise<void> {
    if (this.batches.length >= this.failAfter) throw new Error('the log is gone');
    if (!options.replayed) throw new Error('expected history');
    this.batches.push(events.length);
    this.events.push(...events);
    this.receivedAt.push(...events.map(options.receivedAt));
  }

  async readNote(name: string): Promise<string | undefined> {
    return this.notes.get(name);
  }

  async writeNote(name: string, value: string): Promise<void> {
    this.notes.set(name, value);
  }
}

export interface Folder {
  readonly write: (name: string, content: string) => Promise<string>;
  readonly remove: () => Promise<void>;
}

/** Files of one test; names that end in `.gz` are packed. */
export async function openFolder(): Promise<Folder> {
  const folder = await mkdtemp(join(tmpdir(), 'nextbest-replay-'));
  return {
    write: async (name, content) => {
      const file = join(folder, name);
      await writeFile(file, name.endsWith('.gz') ? gzipSync(content) : content);
      return file;
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
