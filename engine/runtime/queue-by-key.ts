import { CodedError } from '../errors.ts';
import { limits } from '../limits.ts';

/** Runs the work of one key one at a time, in the order it came; different keys do not wait for each other. */
export type QueueByKey = <Result>(key: string, work: () => Promise<Result>) => Promise<Result>;

/**
 * Requests for one customer would only refuse each other's commits; in turn, each is one round trip. What is under way
 * is bounded, for each key and in all: beyond that, work is rejected with NB_OVERLOADED.
 */
export function queueByKey(
  bounds: { readonly max: number; readonly perKeyMax: number } = {
    max: limits.decidesMax,
    perKeyMax: limits.decidesPerCustomerMax,
  },
): QueueByKey {
  const queues = new Map<string, { tail: Promise<unknown>; length: number }>();
  let underWay = 0;
  return async (key, work) => {
    const queue = queues.get(key) ?? { tail: Promise.resolve(), length: 0 };
    if (underWay >= bounds.max) throw new CodedError('NB_OVERLOADED', `${underWay} requests are under way`);
    if (queue.length >= bounds.perKeyMax) {
      throw new CodedError('NB_OVERLOADED', `${queue.length} requests wait for one customer`);
    }
    const run = queue.length > 0 ? queue.tail.then(work, work) : work();
    queue.tail = run;
    queue.length += 1;
    underWay += 1;
    queues.set(key, queue);
    try {
      return await run;
    } finally {
      queue.length -= 1;
      underWay -= 1;
      if (queue.length === 0) queues.delete(key);
    }
  };
}
