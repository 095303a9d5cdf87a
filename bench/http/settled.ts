import { setTimeout as pause } from 'node:timers/promises';
import { processorMicros } from '../capacity/processor-time.ts';

const lookMs = 100;
/** A server with nothing to do still looks at its clocks. */
const restingShare = 0.15;

/** Resolves once the process rests: what follows from the requests it answered is done. With the ms until then. */
export async function settled(pid: number, msMax = 30_000): Promise<number> {
  const begun = performance.now();
  let used = processorMicros(pid);
  for (;;) {
    const looked = performance.now();
    await pause(lookMs);
    const now = processorMicros(pid);
    const share = (now - used) / 1_000 / (performance.now() - looked);
    if (share <= restingShare) return looked - begun;
    if (looked - begun > msMax) throw new Error(`process ${pid} did not come to rest within ${msMax} ms`);
    used = now;
  }
}
