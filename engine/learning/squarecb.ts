export interface SquareCb {
  /** Decisions so far: the more there were, the less is tried. */
  readonly decisions: number;
  readonly gamma: number;
  /** No option falls below its even part of this. */
  readonly floor: number;
  /** Share that is dealt out evenly whatever the indices say, as a control. */
  readonly uniform: number;
  /** What a propensity of 1 is worth of the best option, in the unit of the indices; 1 where they are propensities. */
  readonly scale: number;
}

/**
 * Probabilities by inverse gap weighting (Abe and Long 1999; Foster and Rakhlin 2020): the further an option is behind the
 * best index, the smaller its probability; the best takes what is left, and equal bests share it. In closed form, so that
 * what is logged is what was drawn with.
 *
 * SQ1. Written for the first `count` options into a list that is given; nothing is allocated. They add up to 1 within 1e-12.
 * SQ2. An option's probability follows from its index and the others', not from where it stands in the list.
 * SQ3. Indices in another currency, with the scale in it, give the same probabilities.
 */
export function squareCb(indices: Float64Array, count: number, how: SquareCb, into: Float64Array): void {
  const best = greatest(indices, count);
  const rate = gapRate(how);
  const least = how.floor / count;
  let others = 0;
  let bests = 0;
  for (let option = 0; option < count; option += 1) {
    const gap = best - (indices[option] as number);
    if (gap === 0) bests += 1;
    else {
      const share = Math.max(least, 1 / (count + rate * gap));
      into[option] = share;
      others += share;
    }
  }
  const left = (1 - others) / bests;
  for (let option = 0; option < count; option += 1) {
    const share = indices[option] === best ? left : (into[option] as number);
    into[option] = (1 - how.uniform) * share + how.uniform / count;
  }
}

/** The option that a number of [0, 1) falls on. */
export function drawnFrom(probabilities: Float64Array, count: number, chance: number): number {
  let left = chance;
  for (let option = 0; option < count - 1; option += 1) {
    left -= probabilities[option] as number;
    if (left < 0) return option;
  }
  return count - 1;
}

/** How much a gap counts: more with every decision, and by how much of a propensity it is. */
function gapRate({ decisions, gamma, scale }: SquareCb): number {
  return (gamma * Math.sqrt(decisions)) / (scale > 0 ? scale : 1);
}

function greatest(indices: Float64Array, count: number): number {
  let best = Number.NEGATIVE_INFINITY;
  for (let option = 0; option < count; option += 1) best = Math.max(best, indices[option] as number);
  return best;
}
