import type { CustomerKey } from '../model/ids.ts';

/**
 * At which documents a fold of this node goes before its requests, and before consent that is written ahead of the log.
 *
 * Folds and requests meet at the version of a customer's document, and only one of two commits gets through. A batch takes
 * longer than a decision, so whoever is asked without a pause would have its fold refused again and again. From the first
 * refusal on, requests for the documents of the batch therefore wait until it is stored.
 *
 * FP1. Of this node, one commit at most refuses the fold again at each document: requests that have read the document when
 *      precedence is taken go on, the first of them to commit puts the others out of date, and those find the fold.
 * FP2. A waiting request holds nothing that a fold waits for, and no fold waits for a request.
 * FP3. Precedence ends with the batch, whether it was stored, failed or was given up, and with the session at the latest.
 * FP4. Requests of other nodes know nothing of it. A fold that was refused `limits.precedenceRefusalsMax` times in a row
 *      meets those, and lets the requests of its own node pass before it takes precedence anew.
 */
export class FoldPrecedence {
  readonly #folds = new Map<string, Promise<void>>();

  /** Resolves once the fold that goes first at this document has ended; undefined: none does. */
  of(key: CustomerKey): Promise<void> | undefined {
    return this.#folds.get(key);
  }

  /** Until the function that it returns is called. */
  take(keys: readonly string[]): () => void {
    const { promise, resolve } = resolvable();
    for (const key of keys) this.#folds.set(key, promise);
    return () => {
      // A session that was given up may end after the next one took precedence.
      for (const key of keys) if (this.#folds.get(key) === promise) this.#folds.delete(key);
      resolve();
    };
  }
}

function resolvable(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve: () => void = () => undefined;
  const promise = new Promise<void>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
