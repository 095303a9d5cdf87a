/** What a suite must know of a backing before its tests are registered: what a backing cannot do is no test of it. */
export interface Backing {
  /** False where the data end with their process: there is nothing to open again. */
  readonly outlivesProcess: boolean;
}

export const durable: Backing = { outlivesProcess: true };
export const inMemory: Backing = { outlivesProcess: false };

export interface Reopenable<Subject> {
  readonly reopen?: () => Promise<Subject>;
}

/** Closes and opens again over the same backing. */
export function reopened<Subject>(subject: Reopenable<Subject>): Promise<Subject> {
  if (subject.reopen === undefined) throw new Error('a durable backing must say how it is opened again');
  return subject.reopen();
}
