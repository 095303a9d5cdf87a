import type { Observer } from '../../../engine/index.ts';
import { systemClock } from '../../system/system-clock.ts';
import { sparingly } from '../../wiring/sparingly.ts';

/** Tells troubles on standard error, and nothing else. */
export function replayObserver(): Observer {
  const warn = sparingly((text: string) => process.stderr.write(`${text}\n`), systemClock.now);
  const ignore = () => undefined;
  return {
    applied: ignore,
    decided: ignore,
    conflicted: ignore,
    deadLettered: ignore,
    repaired: ignore,
    restarted: ignore,
    advanced: ignore,
    troubled: (what, error) => {
      warn(what, `${what}: ${error instanceof Error ? error.message : String(error)}`);
    },
  };
}
