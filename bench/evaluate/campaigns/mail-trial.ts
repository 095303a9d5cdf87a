import { noAction } from '../../../engine/learning/uplift.ts';
import type { Row } from '../data/read-csv.ts';
import { type LoggedTrial, sharesOf } from './logged-trial.ts';

/** What is known of a customer of the mail-order shop before the mail. */
const numbers = ['recency', 'history'] as const;
const symbols = ['mens', 'womens', 'zip_code', 'newbie', 'channel'] as const;
export const mailColumns: readonly string[] = [...numbers, ...symbols, 'segment', 'visit'];

/**
 * A mail, one of several or none, by lot, and whether the customer came to the shop. Arms are named as in the file; the one
 * whose name begins with "No " sent nothing.
 */
export function readMailTrial(rows: readonly Row[]): LoggedTrial {
  const arms = [...new Set(rows.map((row) => armOf(row)))].sort();
  const actions = [noAction, ...arms.filter((arm) => arm !== noAction)];
  const decisions = rows.map((row, person) => ({
    person,
    values: [...numbers.map((name) => numberIn(row, name)), ...symbols.map((name) => row[name] || null)],
    action: actions.indexOf(armOf(row)),
    reward: row.visit === '1' ? (1 as const) : (0 as const),
  }));
  return {
    names: [...numbers, ...symbols],
    actions,
    propensities: sharesOf(actions.length, decisions),
    decisions,
  };
}

function armOf({ segment = '' }: Row): string {
  return segment.startsWith('No ') ? noAction : segment;
}

function numberIn(row: Row, name: string): number | null {
  const text = row[name] ?? '';
  return text === '' ? null : Number(text);
}
