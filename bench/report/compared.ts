import { median } from '../measure/statistics.ts';
import type { Figures, Measure } from './figures.ts';
import { ratioOf } from './ratio-of.ts';

/** One run of each, one right after the other. */
export interface Pair {
  readonly now: Figures;
  readonly before: Figures;
}

interface Compared {
  readonly name: string;
  readonly revision: string;
  readonly commit: string;
}

/** Measures that both have, matched by name: what was measured then, divided by what is measured now. */
export function compared(pairs: readonly Pair[], { name, revision, commit }: Compared): Figures {
  const names = namesIn(pairs[0]?.now);
  const namesBefore = namesIn(pairs[0]?.before);
  const common = names.filter((one) => namesBefore.includes(one));
  if (common.length === 0) throw new Error(`${name} measured nothing at ${revision} that it measures now`);
  return {
    bench: name,
    about: {
      question: `What did ${name} find at ${revision}, beside what it finds now?`,
      workload: pairs[0]?.now.about.workload ?? '',
      baseline: `${revision} (${commit}); the ratio is what was measured then divided by what is measured now`,
      notMeasured: 'what only one of the two has',
    },
    measures: common.map((one) => measureOf(one, pairs)),
    raw: {
      onlyNow: names.filter((one) => !namesBefore.includes(one)),
      onlyBefore: namesBefore.filter((one) => !names.includes(one)),
    },
  };
}

function measureOf(name: string, pairs: readonly Pair[]): Measure {
  const now = pairs.map((pair) => figureOf(name, pair.now));
  const before = pairs.map((pair) => figureOf(name, pair.before));
  const unit = pairs[0]?.now.measures.find((measure) => measure.name === name)?.unit ?? '';
  const both = { name, unit, ours: median(now), theirs: median(before) };
  // Of nothing there is no share.
  return now.some((value) => value === 0) ? both : { ...both, ratio: ratioOf(before, now) };
}

function namesIn(figures: Figures | undefined): readonly string[] {
  return figures?.measures.map(({ name }) => name) ?? [];
}

function figureOf(name: string, { bench, measures }: Figures): number {
  const found = measures.find((measure) => measure.name === name);
  if (found === undefined) throw new Error(`${bench} measured "${name}" in one run and not in another`);
  return found.ours;
}
