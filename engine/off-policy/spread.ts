/** How far a mean may be off, told from the influence of every group on it. */
export interface Spread {
  readonly standardError: number;
  /** Number of groups that the spread rests on in effect: of 1,000 it is 10 when 10 of them cause nearly all of it. */
  readonly groups: number;
}

/** 95 %, two-sided, of the normal distribution. */
const normal = 1.959963984540054;

/** Spread of a sum of independent influences whose sum is 0. */
export function spreadOf(groups: number, influence: (group: number) => number): Spread {
  let squares = 0;
  let fourths = 0;
  for (let group = 0; group < groups; group += 1) {
    const part = influence(group);
    const square = part * part;
    squares += square;
    fourths += square * square;
  }
  const correction = groups > 1 ? groups / (groups - 1) : 1;
  return {
    standardError: Math.sqrt(squares * correction),
    groups: fourths > 0 ? (squares * squares) / fourths : groups,
  };
}

/** What a spread's freedom has at the least: how few groups it rests on is itself told from few groups. */
const freedomMin = 10;

/**
 * How many standard errors 95 % reach: Student's quantile at the degrees of freedom of a spread that rests on few groups
 * (Satterthwaite: 2 / relative variance of the estimated variance), by the expansion of Cornish and Fisher. With many groups
 * it is the quantile of the normal distribution.
 */
export function quantile95({ groups, all }: { readonly groups: number; readonly all: number }): number {
  const relative = 1 / groups - 1 / all;
  const freedom = relative > 0 ? freedomMin + 2 / relative : Number.POSITIVE_INFINITY;
  const third = normal * normal * normal;
  const fifth = third * normal * normal;
  const first = (third + normal) / (4 * freedom);
  const second = (5 * fifth + 16 * third + 3 * normal) / (96 * freedom * freedom);
  return normal + first + second;
}
