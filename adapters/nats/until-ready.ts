import { CodedError } from '../../engine/index.ts';

const pauseMs = 250;

/** Does it again while NATS is not ready: servers of a cluster that start together choose their leaders first. */
export async function untilReady<Result>(patienceMs: number, work: () => Promise<Result>): Promise<Result> {
  const end = Date.now() + patienceMs;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      const isFinal = error instanceof CodedError && !error.retryable;
      if (isFinal || Date.now() + pauseMs > end) throw error;
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
  }
}
