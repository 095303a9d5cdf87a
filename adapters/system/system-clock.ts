import type { Clock } from '../../engine/ports.ts';

/** The wall clock of this machine. */
export const systemClock: Clock = { now: () => Date.now() };
