import { assert } from '../assert.ts';

/**
 * How well customers were ranked by what an action adds (Radcliffe 2007). The curve says, for the first n of the ranking, how
 * many conversions the action added among them; its coefficient is the area between the curve and a random ranking, as a share
 * of the area of the best ranking there could be.
 */
export interface RankedOutcome {
  /** By which customers are ranked, the largest first. */
  readonly score: number;
  readonly isTreated: boolean;
  readonly outcome: 0 | 1;
}

export interface QiniPoint {
  readonly customers: number;
  /** Conversions of the treated, less those of the others as if there were as many of them. */
  readonly added: number;
}

/** One point for each different score, customers of equal score together, from the origin on. */
export function qiniCurve(outcomes: readonly RankedOutcome[]): readonly QiniPoint[] {
  const ranked = [...outcomes].sort((left, right) => right.score - left.score);
  const points: QiniPoint[] = [{ customers: 0, added: 0 }];
  let treated = 0;
  let treatedPositives = 0;
  let otherPositives = 0;
  ranked.forEach(({ score, isTreated, outcome }, index) => {
    if (isTreated) treated += 1;
    if (isTreated) treatedPositives += outcome;
    else otherPositives += outcome;
    if (ranked[index + 1]?.score === score) return;
    const others = index + 1 - treated;
    const scaled = others === 0 ? 0 : (otherPositives * treated) / others;
    points.push({ customers: index + 1, added: treatedPositives - scaled });
  });
  return points;
}

/**
 * The coefficient: 1 for the best ranking, 0 for one as good as chance. The best ranking knows whom the action disturbs: the
 * treated who converted come first, the untreated who converted last.
 */
export function qiniCoefficient(outcomes: readonly RankedOutcome[]): number {
  const actual = qiniCurve(outcomes);
  const perfect = qiniCurve(
    outcomes.map(({ isTreated, outcome }) => ({ score: isTreated ? outcome : -outcome, isTreated, outcome })),
  );
  const end = actual.at(-1);
  assert(end !== undefined, 'a Qini curve has a last point');
  const random = (end.customers * end.added) / 2;
  const best = areaUnder(perfect) - random;
  return best === 0 ? 0 : (areaUnder(actual) - random) / best;
}

function areaUnder(points: readonly QiniPoint[]): number {
  let area = 0;
  for (let index = 1; index < points.length; index += 1) {
    const { customers, added } = points[index] as QiniPoint;
    const before = points[index - 1] as QiniPoint;
    area += ((customers - before.customers) * (added + before.added)) / 2;
  }
  return area;
}
