import { log1p } from '../../statistics/elementary.ts';
import type { ArmSums } from '../analysis/arm-sums.ts';
import type { Exposure } from './customer-trace.ts';

/** What one customer adds to an arm. */
export interface ArmCustomer extends Pick<Exposure, 'eventsBefore' | 'metOtherArm'> {
  readonly conversions: number;
  /** Of all conversions together. */
  readonly value: number;
}

/** What the customers of one arm add up to. */
export interface ArmTotals {
  readonly arm: string;
  /** The part of the customers that it was to be dealt. */
  readonly share: number;
  readonly customers: number;
  /** Customers with a conversion. */
  readonly converted: number;
  readonly conversions: number;
  readonly value: number;
  /** Customers who met another arm later, because two customers turned out to be one. */
  readonly metOtherArm: number;
  /** By customer: 1 who converted, else 0; and the value. With what was known before, where that is known. */
  readonly rate: ArmSums;
  readonly worth: ArmSums;
}

export class ArmTally {
  readonly #arm: string;
  readonly #share: number;
  readonly #rate = new Sums();
  readonly #worth = new Sums();
  #conversions = 0;
  #metOtherArm = 0;

  constructor(arm: string, share: number) {
    this.#arm = arm;
    this.#share = share;
  }

  add({ conversions, value, eventsBefore, metOtherArm }: ArmCustomer): void {
    // Who did ten times as much before does not do ten times as much after.
    const before = log1p(eventsBefore);
    this.#rate.add(conversions > 0 ? 1 : 0, before);
    this.#worth.add(value, before);
    this.#conversions += conversions;
    if (metOtherArm) this.#metOtherArm += 1;
  }

  totals({ knowsBefore }: { readonly knowsBefore: boolean }): ArmTotals {
    const dealt = { name: this.#arm, share: this.#share };
    return {
      arm: this.#arm,
      share: this.#share,
      customers: this.#rate.customers,
      converted: this.#rate.sum,
      conversions: this.#conversions,
      value: this.#worth.sum,
      metOtherArm: this.#metOtherArm,
      rate: { ...dealt, ...this.#rate.told(knowsBefore) },
      worth: { ...dealt, ...this.#worth.told(knowsBefore) },
    };
  }
}

/** Sums over customers of an outcome, and of what was known before. */
class Sums {
  customers = 0;
  sum = 0;
  #sumOfSquares = 0;
  #before = 0;
  #beforeSquares = 0;
  #products = 0;

  add(outcome: number, before: number): void {
    this.customers += 1;
    this.sum += outcome;
    this.#sumOfSquares += outcome * outcome;
    this.#before += before;
    this.#beforeSquares += before * before;
    this.#products += outcome * before;
  }

  told(withBefore: boolean): Omit<ArmSums, 'name' | 'share'> {
    const { customers, sum } = this;
    const covariate = { sum: this.#before, sumOfSquares: this.#beforeSquares, sumOfProducts: this.#products };
    return { customers, sum, sumOfSquares: this.#sumOfSquares, ...(withBefore && { covariate }) };
  }
}
