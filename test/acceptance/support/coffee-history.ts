import { mulberry32 } from '../../../adapters/cli/simulate/random.ts';

export interface CoffeeHistory {
  /** JSON lines in the shape of the public file of offers and purchases, in the order of time. */
  readonly text: string;
  readonly rows: number;
  /** Rows that repeat an earlier one word for word. */
  readonly repeats: number;
}

const hours = 714;
const customers = 120;
const tenOffers = Array.from({ length: 10 }, (_, index) => `o${index}`);

/** Thirty days of offers and purchases; the same seed gives the same file. */
export function coffeeHistory({
  seed,
  rows,
  offers = tenOffers,
}: {
  readonly seed: number;
  readonly rows: number;
  /** Ids of the ten offers. */
  readonly offers?: readonly string[];
}): CoffeeHistory {
  const random = mulberry32(seed);
  const lines: string[] = [];
  for (let row = 0; row < rows; row += 1) {
    const repeated = random() < 0.04 ? lines[lines.length - 1] : undefined;
    lines.push(repeated ?? JSON.stringify(coffeeRow(random, offers, Math.floor((row / rows) * hours))));
  }
  return { text: `${lines.join('\n')}\n`, rows, repeats: rows - new Set(lines).size };
}

function coffeeRow(random: () => number, offers: readonly string[], time: number): object {
  const upTo = (limit: number) => Math.floor(random() * limit);
  const person = `customer-${upTo(customers)}`;
  const kind = random();
  if (kind < 0.25) return { person, event: 'offer received', value: { 'offer id': offers[upTo(10)] }, time };
  if (kind < 0.5) return { person, event: 'offer viewed', value: { 'offer id': offers[upTo(10)] }, time };
  if (kind < 0.6) {
    return {
      person,
      event: 'offer completed',
      value: { offer_id: offers[upTo(10)], reward: upTo(10) },
      time,
    };
  }
  return { person, event: 'transaction', value: { amount: upTo(5_000) / 100 }, time };
}
