import { CodedError } from '../../engine/index.ts';

/** Says that a call was not answered in time; what it asked for may have happened. */
export class DeadlineError extends Error {
  override readonly name = 'DeadlineError';
}

/** Time for replies that wait in the socket because this process was busy itself. */
const graceMs = 50;

/**
 * Settles with the call, or rejects after the deadline. The client has timeouts of its own, but not on every path (a
 * cluster's offline queue has none), and a call that never settles would hold its caller for ever. A busy process runs
 * its timers before it reads its sockets, so the reply may be there already: it is given the chance to be read.
 */
export function withDeadline<Result>(call: Promise<Result>, deadlineMs: number): Promise<Result> {
  return new Promise((resolve, reject) => {
    const giveUp = () => reject(new DeadlineError(`no answer within ${deadlineMs} ms`));
    let timer = setTimeout(() => {
      timer = setTimeout(giveUp, graceMs);
    }, deadlineMs);
    call.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

export function storeUnavailable(what: string, cause: unknown): CodedError {
  if (cause instanceof CodedError) return cause;
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new CodedError('NB_STORE_UNAVAILABLE', `Redis did not ${what}: ${reason}`, { cause });
}
