/** Runs the work of one key one at a time, in the order it came; different keys do not wait for each other. */
export type QueueByKey = <Result>(key: string, work: () => Promise<Result>) => Promise<Result>;

/** Requests for one customer would only refuse each other's commits; in turn, each is one round trip. */
export function queueByKey(): QueueByKey {
  const tails = new Map<string, Promise<unknown>>();
  return (key, work) => {
    const before = tails.get(key);
    const run = before ? before.then(work, work) : work();
    tails.set(key, run);
    const leave = () => {
      if (tails.get(key) === run) tails.delete(key);
    };
    run.then(leave, leave);
    return run;
  };
}
