import { CodedError } from '../../../engine/index.ts';
import type { Timing } from '../../../engine/ports.ts';

const pauseMs = 500;
const attemptsMax = 120;

/**
 * Does it again while the store or the log is away, for a minute or more; a long replay should not end because a
 * server was restarted. What is sent twice is dropped by its message ids.
 */
export async function untilAnswered(timing: Timing, work: () => Promise<void>): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof CodedError && error.retryable) || attempt === attemptsMax) throw error;
      await timing.sleep(pauseMs);
    }
  }
}
