import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { createGunzip } from 'node:zlib';
import type { CountedEvent, CountedFeature, Dataset } from './datasets.ts';

/** Feature values by customer, in millionths where they are sums. */
export type Expected = ReadonlyMap<string, ReadonlyMap<string, number>>;

/**
 * Counts a file from scratch. A window is `(at - within, at]`; without one every event counts. Sums are kept as whole
 * millionths, because the sum of many doubles depends on their order.
 *
 * Rejects when an event is later than `at`: a window moves on with its events, and cannot be asked about its past.
 */
export async function countFile(file: string, dataset: Dataset, at: number): Promise<Expected> {
  const expected = new Map<string, Map<string, number>>();
  const identities = new Set<string>();
  for await (const event of eventsOf(file, dataset)) {
    if (event.at > at) throw new Error(`An event of ${new Date(event.at).toISOString()} is later than --at`);
    let features = expected.get(event.customer);
    if (features === undefined) {
      features = new Map(Object.keys(dataset.features).map((name) => [name, 0]));
      expected.set(event.customer, features);
    }
    if (event.identity !== undefined) {
      if (identities.has(event.identity)) continue;
      identities.add(event.identity);
    }
    for (const [name, feature] of Object.entries(dataset.features)) {
      features.set(name, (features.get(name) ?? 0) + contribution(event, feature, at));
    }
  }
  return expected;
}

function contribution(event: CountedEvent, feature: CountedFeature, at: number): number {
  if (event.kind !== feature.kind) return 0;
  const { withinMs, sum } = feature;
  if (withinMs !== undefined && event.at <= at - withinMs) return 0;
  return sum === undefined ? 1 : Math.round((event.numbers[sum] ?? 0) * 1e6);
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
