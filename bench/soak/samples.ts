import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import type { NextbestServer } from '../capacity/nextbest-server.ts';

/** What a process holds. Bytes, but for the descriptors. */
export interface Holding {
  readonly rss: number;
  readonly heapUsed: number;
  readonly descriptors: number;
}

/** As it is at this moment, garbage included. */
export async function holdingOf({ url, pid }: NextbestServer): Promise<Holding> {
  const metrics = await (await fetch(`${url}/metrics`)).text();
  return {
    rss: residentBytes(pid),
    heapUsed: Number(/^nodejs_heap_size_used_bytes\S* (\S+)$/m.exec(metrics)?.[1]),
    descriptors: readdirSync(`/proc/${pid}/fd`).length,
  };
}

const restMs = 10_000;
const collections = 3;

/** After a rest without load, with the garbage collected: what is still held then is held for good. */
export async function restingHolding(server: NextbestServer): Promise<Holding> {
  await pause(restMs);
  for (let round = 0; round < collections; round += 1) {
    process.kill(server.pid, 'SIGUSR2');
    await pause(500);
  }
  return holdingOf(server);
}

export function residentBytes(pid: number): number {
  const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kilobytes) * 1_024;
}
