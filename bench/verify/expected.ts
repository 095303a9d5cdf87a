import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { createGunzip } from 'node:zlib';
import type { CountedEvent, CountedFeature, Dataset } from './datasets.ts';

/** Feature values by customer; undefined where there is none yet. */
export type Expected = ReadonlyMap<string, ReadonlyMap<string, number | undefined>>;

/**
 * Counts a file from scratch. A window is `(at - within, at]`; without one every event counts. Sums are kept as whole
 * millionths, because the sum of many doubles depends on their order.
 *
 * Rejects when an event is later than `at`: a window moves on with its events, and cannot be asked about its past.
 */
export async function countFile(file: string, dataset: Dataset, at: number): Promise<Expected> {
  const customers = new Map<string, Map<string, Tally>>();
  const identities = new Set<string>();
  const wanted = Object.entries(dataset.features);
  for await (const event of eventsOf(file, dataset)) {
    if (event.at > at) throw new Error(`An event of ${new Date(event.at).toISOString()} is later than --at`);
    let tallies = customers.get(event.customer);
    if (tallies === undefined) {
      tallies = new Map(
        wanted.map(([name]) => [name, { count: 0, millionths: 0, newest: undefined, texts: new Set() }]),
      );
      customers.set(event.customer, tallies);
    }
    if (event.identity !== undefined) {
      if (identities.has(event.identity)) continue;
      identities.add(event.identity);
    }
    for (const [name, feature] of wanted) tally(tallies.get(name), event, feature, at);
  }
  return new Map(
    [...customers].map(([customer, tallies]) => [
      customer,
      new Map(wanted.map(([name, feature]) => [name, valueAt(tallies.get(name), feature, at)])),
    ]),
  );
}

interface Tally {
  count: number;
  millionths: number;
  newest: number | undefined;
  readonly texts: Set<string>;
}

function tally(into: Tally | undefined, event: CountedEvent, feature: CountedFeature, at: number): void {
  const { kind, withinMs, sum, distinct } = feature;
  if (into === undefined || !(typeof kind === 'string' ? kind === event.kind : kind.includes(event.kind)))
    return;
  if (withinMs !== undefined && event.at <= at - withinMs) return;
  into.count += 1;
  into.newest = Math.max(into.newest ?? event.at, event.at);
  if (sum !== undefined) into.millionths += Math.round((event.numbers[sum] ?? 0) * 1e6);
  if (distinct !== undefined) into.texts.add(event.texts?.[distinct] ?? '');
}

const dayMs = 24 * 3_600_000;

function valueAt(tally: Tally | undefined, feature: CountedFeature, at: number): number | undefined {
  if (tally === undefined) return undefined;
  if (feature.recency) return tally.newest === undefined ? undefined : (at - tally.newest) / dayMs;
  if (feature.distinct !== undefined) return tally.texts.size;
  return feature.sum === undefined ? tally.count : tally.millionths / 1e6;
}

async function* eventsOf(file: string, dataset: Dataset): AsyncGenerator<CountedEvent> {
  const source = createReadStream(file);
  const input = file.endsWith('.gz') ? source.pipe(createGunzip()) : source;
  let header: readonly string[] | undefined = dataset.hasHeader ? undefined : [];
  for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
    if (line.trim() === '') continue;
    if (header === undefined) header = line.split(',');
    else yield* dataset.read(line, header);
  }
}
