import { median } from '../measure/statistics.ts';
import type { Measure } from '../report/figures.ts';
import type { Compared } from './compare-servers.ts';

export interface Found {
  readonly embedded: Compared;
  readonly redis: Compared;
}

export function measuresOf({ embedded, redis }: Found): readonly Measure[] {
  return [
    ...measuresOn('embedded', embedded, { theirs: 'the empty route', least: 0.6 }),
    ...measuresOn('Redis', redis, { theirs: 'the route that only commits', least: 0.75 }),
  ];
}

function measuresOn(
  store: string,
  { throughput, share, p99Ms, p99, p50Ms, processorMicros }: Compared,
  { theirs, least }: { readonly theirs: string; readonly least: number },
): readonly Measure[] {
  const of = ({ ours, theirs: other }: Compared['throughput']) => ({
    ours: median(ours),
    theirs: median(other),
  });
  const name = (what: string) => `${store}: ${what}`;
  return [
    {
      ...{ name: name(`throughput, share of that of ${theirs}`), unit: '1/s', ...of(throughput) },
      ...{ ratio: share, target: { least } },
    },
    {
      ...{ name: name(`p99 at 60 % of saturation, multiple of that of ${theirs}`), unit: 'ms', ...of(p99Ms) },
      ...{ ratio: p99, target: { most: 2 } },
    },
    { name: name('p50 at 60 % of saturation'), unit: 'ms', ...of(p50Ms) },
    { name: name('processor time of the server for one request'), unit: 'us', ...of(processorMicros) },
  ];
}

/** Every pair, and what the generator took for itself. */
export function rawOf(found: Found, customers: number): Readonly<Record<string, unknown>> {
  return { customers, ...found };
}

export function toText(found: Found): string {
  const lines = measuresOf(found).map(({ name, unit, ours, theirs = Number.NaN, ratio }) => {
    const told = `${name}: ${ours.toFixed(1)} ${unit}, theirs ${theirs.toFixed(1)} ${unit}`;
    if (!ratio) return told;
    const { median: middle, low, high, pairs } = ratio;
    return `${told}; ${middle.toFixed(3)} (${low.toFixed(3)} to ${high.toFixed(3)} in ${pairs} pairs)`;
  });
  const generator = Object.entries(found).map(([store, { generatorMicros, lateMs }]: [string, Compared]) => {
    const took = median([...generatorMicros.ours, ...generatorMicros.theirs]).toFixed(0);
    const late = median([...lateMs.ours, ...lateMs.theirs]).toFixed(2);
    return `${store}: the generator took ${took} us of processor time for a request; p99 of leaving late ${late} ms`;
  });
  return `${[...lines, ...generator].join('\n')}\n`;
}
