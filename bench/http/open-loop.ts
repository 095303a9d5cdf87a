import { type HttpConnection, HttpConnections } from './http-connection.ts';
import { LatencyHistogram } from './latency-histogram.ts';

export interface OpenLoad {
  readonly url: string;
  /** When each request is due, in ms from the beginning. */
  readonly due: Float64Array;
  /** The text of the next request. */
  readonly request: () => string;
  /** A request that is due while all of them wait for an answer stands in line here, and its time runs. */
  readonly connections: number;
}

export interface OpenLoopResult {
  /** From when the request was due: what a visitor waits, whatever the generator and the connections were busy with. */
  readonly corrected: LatencyHistogram;
  /** From when the request left. A server that stalls keeps requests from leaving, so this hides what it should tell. */
  readonly naive: LatencyHistogram;
  /** How long after it was due a request left. */
  readonly late: LatencyHistogram;
  /** Answers other than 200. */
  readonly refused: number;
}

/**
 * Sends requests when they are due, whether or not earlier ones were answered. Timers have a resolution of a
 * millisecond, so a request may leave so much late; that is part of its corrected latency, on every side alike.
 */
export async function runOpenLoop(load: OpenLoad): Promise<OpenLoopResult> {
  let broke: (error: Error) => void = () => undefined;
  const breaking = new Promise<never>((_, reject) => {
    broke = reject;
  });
  const connections = await HttpConnections.open(load.url, load.connections, (error) => broke(error));
  try {
    return await Promise.race([sendAll(load, connections), breaking]);
  } finally {
    connections.close();
  }
}

function sendAll({ due, request }: OpenLoad, connections: HttpConnections): Promise<OpenLoopResult> {
  const corrected = new LatencyHistogram();
  const naive = new LatencyHistogram();
  const late = new LatencyHistogram();
  const idle = [...connections.all];
  let next = 0;
  let refused = 0;
  let timer: NodeJS.Timeout | undefined;
  return new Promise((resolve) => {
    const begun = performance.now();
    const send = (connection: HttpConnection): void => {
      const dueAt = begun + (due[next] as number);
      const sentAt = performance.now();
      next += 1;
      late.add(sentAt - dueAt);
      connection.send(request(), (status) => {
        const answeredAt = performance.now();
        corrected.add(answeredAt - dueAt);
        naive.add(answeredAt - sentAt);
        if (status !== 200) refused += 1;
        idle.push(connection);
        if (corrected.count === due.length) resolve({ corrected, naive, late, refused });
        else sendDue();
      });
    };
    const sendDue = (): void => {
      const now = performance.now();
      while (next < due.length && begun + (due[next] as number) <= now) {
        const connection = idle.pop();
        // The next answer looks again.
        if (!connection) return;
        send(connection);
      }
      // An answer looks again as well; the timer is for when none comes in time.
      if (timer !== undefined || next === due.length) return;
      timer = setTimeout(
        () => {
          timer = undefined;
          sendDue();
        },
        Math.max(1, begun + (due[next] as number) - now),
      );
    };
    sendDue();
  });
}
