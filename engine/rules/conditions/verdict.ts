/**
 * What a test comes to. `undefined` is where json-rules-engine would throw, such as `in` something that is no list:
 * the test cannot be carried out. It never counts as holding, and turning it round with `not` does not make it hold.
 */
export type Verdict = boolean | undefined;

/** A comparison of a fact's value with the condition's value. */
export type Comparison = (fact: unknown, value: unknown) => Verdict;
