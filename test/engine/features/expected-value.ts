import { openTimeZones } from '../../../adapters/time-zones/time-zones.ts';
import { startOfPeriod } from '../../../engine/calendar/period-start.ts';
import { type Feature, hash32, type Json } from '../../../engine/index.ts';
import { type Happening, idOf } from './try-feature.ts';

/** A plain computation over all events, to hold the engine's states to. Nothing is remembered here, so nothing is lost. */

export type Expected = Json | undefined;

const zones = openTimeZones();
const day = 86_400_000;

/** What happened after this moment is in the feature's window. */
export function windowStart(feature: Feature, now: number, zone: string): number {
  if (feature.calendar !== undefined) return startOfPeriod(feature.calendar, now, { zone, zones }) - 1;
  return feature.windowMs === undefined ? Number.NEGATIVE_INFINITY : now - feature.windowMs;
}

export function expectedValue(
  feature: Feature,
  happenings: readonly Happening[],
  now: number,
  after: number,
): Expected {
  const own = happenings.filter(({ name = 'E' }) => feature.events.includes(name));
  const inside = own.filter(({ at }) => at > after);
  const numbered = inside.flatMap((each) => numberOf(each, feature) ?? []);
  switch (feature.kind) {
    case 'count':
      return feature.by ? byText(inside, () => 1) : inside.length;
    case 'sum':
      return feature.by ? byText(inside, (each) => numberOf(each, feature)) : add(numbered);
    case 'avg':
      return numbered.length === 0 ? undefined : add(numbered) / numbered.length;
    case 'min':
      return numbered.length === 0 ? undefined : Math.min(...numbered);
    case 'max':
      return numbered.length === 0 ? undefined : Math.max(...numbered);
    case 'distinct':
      return new Set(inside.map(({ properties }) => JSON.stringify(properties?.text))).size;
    case 'first':
      return endOf(inside, -1);
    case 'last':
      return endOf(inside, 1);
    case 'recency':
      return own.length === 0 ? undefined : (now - newestOf(own)) / feature.unitMs;
    case 'decayed':
    case 'score':
      return add(own.map((each) => worthOf(each, feature) * 2 ** ((each.at - now) / feature.halfLifeMs)));
    case 'sessions':
      return sessionsIn(own, feature.gapMs).filter((session) => newestOf(session) > after).length;
    case 'rfm':
      return expectedRfm(feature, own, { now, after });
    case 'ratio': {
      const whole = expectedValue(
        feature.whole,
        happenings,
        now,
        windowStart(feature.whole, now, 'Europe/Berlin'),
      );
      const part = expectedValue(
        feature.part,
        happenings,
        now,
        windowStart(feature.part, now, 'Europe/Berlin'),
      );
      return whole === 0 ? undefined : (part as number) / (whole as number);
    }
  }
}

/** Runs of events without a longer pause. */
export function sessionsIn(happenings: readonly Happening[], gapMs: number): readonly Happening[][] {
  const sessions: Happening[][] = [];
  for (const each of [...happenings].sort((one, other) => one.at - other.at)) {
    const current = sessions.at(-1);
    if (current && each.at - newestOf(current) <= gapMs) current.push(each);
    else sessions.push([each]);
  }
  return sessions;
}

function newestOf(happenings: readonly Happening[]): number {
  return Math.max(...happenings.map(({ at }) => at));
}

function add(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0);
}

function numberOf({ properties }: Happening, { of }: Feature): number | undefined {
  const value = properties?.[of?.at(-1) ?? ''];
  const number = typeof value === 'string' ? Number(value) : value;
  return typeof number === 'number' && !Number.isNaN(number) ? number : undefined;
}

function worthOf(happening: Happening, feature: Feature): number {
  if (feature.kind === 'score') return feature.weights[happening.name ?? 'E'] ?? 0;
  return feature.of ? (numberOf(happening, feature) ?? 0) : 1;
}

function byText(
  happenings: readonly Happening[],
  amountOf: (happening: Happening) => number | undefined,
): Expected {
  const sums: Record<string, number> = {};
  for (const each of happenings) {
    const key = String(each.properties?.text);
    sums[key] = Math.round(((sums[key] ?? 0) + (amountOf(each) ?? 0)) * 1_000_000) / 1_000_000;
  }
  return Object.fromEntries(Object.entries(sums).filter(([, sum]) => sum !== 0));
}

/** The value at one end of time; two of one moment are told apart by their ids. */
function endOf(happenings: readonly Happening[], direction: 1 | -1): Expected {
  const rankOf = (each: Happening) => hash32(idOf(each), 1);
  const [end] = [...happenings].sort(
    (one, other) => direction * (other.at - one.at || rankOf(other) - rankOf(one)),
  );
  return end?.properties?.text;
}

function expectedRfm(
  feature: Extract<Feature, { readonly kind: 'rfm' }>,
  own: readonly Happening[],
  { now, after }: { readonly now: number; readonly after: number },
): Expected {
  const bought = own.filter((each) => numberOf(each, feature) !== undefined);
  if (bought.length === 0) return undefined;
  const inside = bought.filter(({ at }) => at > after);
  const { recency, frequency, monetary } = feature.edges;
  const above = (value: number, edges: readonly number[]) => edges.filter((edge) => value > edge).length;
  const spent = add(inside.map((each) => numberOf(each, feature) ?? 0));
  const figures = [
    5 - above((now - newestOf(bought)) / day, recency),
    1 + above(inside.length, frequency),
    1 + above(Math.round(spent * 100) / 100, monetary),
  ];
  return figures.join('');
}
