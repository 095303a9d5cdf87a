import type { ReasonCode } from '../reasons.ts';

/** A row that waits for its outcome, as far as moved mass is concerned. */
export interface HasUnsupported {
  /** Probability with which the new book chooses what the log could not have chosen. */
  unsupported: number;
}

/**
 * Why the log could not choose something that the same customer may well have been shown at another moment: what was shown
 * before stood in its way, not who the customer is.
 */
const heldBack: ReadonlySet<ReasonCode> = new Set([
  'chosen',
  'contact-policy',
  'budget',
  'paced',
  'outranked',
  'left-alone',
  'diversity',
  'already-placed',
  'coupled',
]);

export function isHeldBack(code: ReasonCode | undefined): boolean {
  return code !== undefined && heldBack.has(code);
}

interface Debt<Row> {
  readonly row: Row;
  mass: number;
}

/**
 * Probability of the new book that fell on something which only the log's own past kept it from choosing (a cap that the
 * forecast has not reached). It is moved to the next moment of the same customer at which the log could choose it in the
 * same place, and what came of it there corrects the model for both. What is moved where follows from what was before it
 * alone, never from what was chosen or came of it, so the correction stays without bias.
 */
export class MovedMass<Row extends HasUnsupported> {
  readonly #debts = new Map<string, Debt<Row>[]>();

  add(place: string, row: Row, mass: number): void {
    const debts = this.#debts.get(place);
    if (debts) debts.push({ row, mass });
    else this.#debts.set(place, [{ row, mass }]);
  }

  /** Takes what is moved here, the oldest first; at most `most`. */
  take(place: string, most: number): number {
    const debts = this.#debts.get(place);
    if (!debts) return 0;
    let taken = 0;
    while (debts.length > 0 && taken < most) {
      const debt = debts[0] as Debt<Row>;
      const part = Math.min(debt.mass, most - taken);
      taken += part;
      debt.mass -= part;
      if (debt.mass > 0) break;
      debts.shift();
    }
    if (debts.length === 0) this.#debts.delete(place);
    return taken;
  }

  /** What found no other moment was never tried. */
  settle(): void {
    for (const debts of this.#debts.values()) {
      for (const { row, mass } of debts) row.unsupported += mass;
    }
    this.#debts.clear();
  }
}
