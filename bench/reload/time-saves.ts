import { setTimeout as pause } from 'node:timers/promises';
import type { NextbestServer } from '../capacity/nextbest-server.ts';
import type { EditedFolder } from './edited-folder.ts';
import type { DecisionClient } from './load.ts';

/** What became of one save, in milliseconds after it. */
export interface Save {
  /** When the server published the book: it was found, parsed and compiled by then. */
  readonly publishedMs: number;
  /** When the first decision by the new rulebook was there. */
  readonly decidedMs: number;
}

interface Watched {
  readonly server: NextbestServer;
  readonly client: DecisionClient;
  readonly folder: EditedFolder;
  readonly count: number;
}

/** Saves a rule file again and again, and asks for decisions after each until the new rulebook makes one. */
export async function timeSaves({ server, client, folder, count }: Watched): Promise<readonly Save[]> {
  const saves: Save[] = [];
  for (let number = 0; number < count; number += 1) {
    // Long enough to be quiet again, and never in step with the looks that the server takes at the folder.
    await pause(300 + ((number * 97) % 250));
    const before = (await client.ask()).rulebook;
    const savedAt = Date.now();
    const began = performance.now();
    folder.save();
    while ((await client.ask()).rulebook === before) await pause(2);
    const decidedMs = performance.now() - began;
    saves.push({ publishedMs: (await publishedAt(server)) - savedAt, decidedMs });
  }
  return saves;
}

async function publishedAt({ url }: NextbestServer): Promise<number> {
  const { since } = (await (await fetch(`${url}/v1/rulebook`)).json()) as { readonly since: string };
  return Date.parse(since);
}
