import { argv } from 'node:process';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import type { Actual, Features } from './actual.ts';
import { askServer, readDump } from './actual.ts';
import type { CountedFeature, Dataset } from './datasets.ts';
import { datasets } from './datasets.ts';
import type { Expected } from './expected.ts';
import { countFile } from './expected.ts';

/** Compares every count and sum of a file with what nextbest says after a replay of it. */

const usage = `Usage: recount.ts --set <${Object.keys(datasets).join('|')}> --file <file> --at <ISO 8601 time>
         (--url <http://host:port> | --dump <file|->)

Counts the file from scratch, sharing no code with the engine, and compares customer by customer and feature by feature.
  --at    the moment at which the values were read, not before the newest event; windows end here. Default: now.
Exit code 1 when anything differs.`;

export interface Comparison {
  readonly customers: number;
  readonly features: number;
  /** All of them are counted, the first 20 told. */
  readonly differences: number;
  readonly told: readonly string[];
}

const differencesTold = 20;

export async function compare(expected: Expected, actual: Actual, dataset: Dataset): Promise<Comparison> {
  const missing = new Set(expected.keys());
  const told: string[] = [];
  let customers = 0;
  let features = 0;
  let differences = 0;
  const differ = (text: string) => {
    differences += 1;
    if (told.length < differencesTold) told.push(text);
  };
  for await (const [customer, found] of actual) {
    const counted = expected.get(customer);
    if (counted === undefined) differ(`${customer}: nextbest knows this customer, the file does not`);
    if (counted === undefined || found === undefined) continue;
    if (!missing.delete(customer)) differ(`${customer}: appears twice`);
    customers += 1;
    for (const [name, feature] of Object.entries(dataset.features)) {
      features += 1;
      const difference = differenceOf(name, feature, counted.get(name), found);
      if (difference !== undefined) differ(`${customer}: ${difference}`);
    }
  }
  for (const customer of missing) differ(`${customer}: nextbest does not know this customer`);
  return { customers, features, differences, told };
}

/** A count or sum that is left out has no value yet: none counted, nothing added up. */
function differenceOf(
  name: string,
  feature: CountedFeature,
  counted: number | undefined,
  found: NonNullable<Features>,
): string | undefined {
  const value = found[name] ?? (feature.recency ? undefined : 0);
  if (isClose(value, counted, boundOf(feature, counted))) return undefined;
  return `${name} is ${JSON.stringify(value)}, the file says ${counted}`;
}

/** Different values are counted exactly up to 64 and estimated beyond. */
const distinctExact = 64;
const distinctErrorMax = 0.25;

function boundOf(feature: CountedFeature, counted: number | undefined): number {
  const isEstimated = feature.distinct !== undefined && (counted ?? 0) > distinctExact;
  return isEstimated ? distinctErrorMax * (counted ?? 0) : 5e-7;
}

function isClose(value: unknown, counted: number | undefined, bound: number): boolean {
  if (value === undefined || counted === undefined) return value === counted;
  return typeof value === 'number' && Math.abs(value - counted) <= bound;
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      set: { type: 'string' },
      file: { type: 'string' },
      at: { type: 'string' },
      url: { type: 'string' },
      dump: { type: 'string' },
    },
  });
  const dataset = datasets[values.set ?? ''];
  const at = values.at === undefined ? Date.now() : Date.parse(values.at);
  const isOneSource = (values.url === undefined) !== (values.dump === undefined);
  if (dataset === undefined || values.file === undefined || !isOneSource || Number.isNaN(at)) {
    console.error(usage);
    return 2;
  }
  const expected = await countFile(values.file, dataset, at);
  const actual =
    values.url === undefined ? readDump(values.dump ?? '-') : askServer(values.url, [...expected.keys()]);
  const comparison = await compare(expected, actual, dataset);
  for (const line of comparison.told) console.log(line);
  const { customers, features, differences } = comparison;
  console.log(`${customers} customers compared, ${features} features compared, ${differences} differences`);
  return differences === 0 && customers > 0 ? 0 : 1;
}

if (import.meta.url === pathToFileURL(argv[1] ?? '').href) process.exitCode = await main();
