import type { Clock } from '../../engine/ports.ts';

/** The clock of the machine, for adapters whose server goes by it too. */
export const wallClock: Clock = { now: () => Date.now() };
