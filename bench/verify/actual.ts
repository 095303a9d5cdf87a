import { createReadStream } from 'node:fs';
import { stdin } from 'node:process';
import { createInterface } from 'node:readline';

/** What nextbest says of one customer; undefined: it does not know them. */
export type Features = Readonly<Record<string, unknown>> | undefined;
export type Actual = AsyncIterable<readonly [customer: string, features: Features]>;

const concurrency = 32;

/** Asks a running server for each customer, a few at a time. */
export async function* askServer(url: string, customers: readonly string[]): Actual {
  for (let from = 0; from < customers.length; from += concurrency) {
    const group = customers.slice(from, from + concurrency);
    yield* await Promise.all(group.map(async (customer) => [customer, await askFor(url, customer)] as const));
  }
}

async function askFor(url: string, customer: string): Promise<Features> {
  const response = await fetch(new URL(`/v1/customers/${encodeURIComponent(customer)}`, url));
  const body: unknown = await response.json();
  if (response.status === 404) return undefined;
  if (!response.ok) throw new Error(`${response.url} answered ${response.status}: ${JSON.stringify(body)}`);
  return (body as { readonly features: Features }).features;
}

/** Reads lines of `{ "customer": "u:1", "features": { ... } }`; `-` is the standard input. */
export async function* readDump(file: string): Actual {
  const input = file === '-' ? stdin : createReadStream(file);
  for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
    if (line.trim() === '') continue;
    const { customer, features } = JSON.parse(line) as { customer: string; features: Features };
    yield [/^[ua]:/.test(customer) ? customer : `u:${customer}`, features ?? {}];
  }
}
