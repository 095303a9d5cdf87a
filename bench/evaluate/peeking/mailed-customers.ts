import { Random } from '../../measure/random.ts';
import { DataFault } from '../data/data-fault.ts';
import { type Row, readCsv } from '../data/read-csv.ts';
import { shuffled } from '../data/shuffle.ts';

/** The customers of the e-mail experiment, in random order. */
export interface MailedCustomer {
  readonly arm: string;
  readonly outcomes: Readonly<Record<Outcome, number>>;
  readonly history: number;
  /** What was known before the mail: a number for each predictor that is one, 1 for each word that holds. */
  readonly features: readonly number[];
}

export type Outcome = (typeof outcomes)[number];

export const outcomes = ['visit', 'conversion', 'spend'] as const;
const numbers = ['recency', 'history', 'mens', 'womens', 'newbie'] as const;
const words = ['channel', 'zip_code'] as const;
const columns = [...outcomes, ...numbers, ...words, 'segment'];

export function readMailedCustomers(folder: string): readonly MailedCustomer[] {
  const rows = shuffled(readCsv(folder, 'hillstrom.csv', { columns }), new Random(813));
  const known = words.map((word) => [...new Set(rows.map((row) => row[word] ?? ''))].sort());
  return rows.map((row) => ({
    arm: row.segment ?? '',
    outcomes: {
      visit: numberOf(row, 'visit'),
      conversion: numberOf(row, 'conversion'),
      spend: numberOf(row, 'spend'),
    },
    history: numberOf(row, 'history'),
    features: [
      1,
      ...numbers.map((name) => numberOf(row, name)),
      ...words.flatMap((word, index) => (known[index] ?? []).map((value) => Number(row[word] === value))),
    ],
  }));
}

function numberOf(row: Row, name: string): number {
  const value = Number(row[name]);
  if (Number.isNaN(value))
    throw new DataFault(`hillstrom.csv ${name}: found ${row[name]}, expected a number`);
  return value;
}
