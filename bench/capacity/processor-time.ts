import { readFileSync } from 'node:fs';

/** Clock ticks a second in what /proc tells; 100 on every Linux that Node runs on. */
const ticksPerSecond = 100;

/** Processor time that a process has used, in microseconds; in steps of 10 ms. */
export function processorMicros(pid: number): number {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The name of the program may hold spaces and parentheses; the figures begin behind the last one.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return ((Number(fields[11]) + Number(fields[12])) * 1e6) / ticksPerSecond;
}
