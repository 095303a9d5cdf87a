/**
 * Long work in short steps: whoever carries it out may do something else between two of them. What comes of it does not
 * depend on that.
 */
export type Steps<Result> = Generator<undefined, Result, undefined>;

/** All steps, one after the other. */
export function atOnce<Result>(steps: Steps<Result>): Result {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}
