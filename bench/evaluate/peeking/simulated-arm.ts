import type { ArmSums } from '../../../engine/experiments/analysis/arm-sums.ts';
import type { Random } from '../../measure/random.ts';

/** An arm whose customers each convert with one probability. */
export class SimulatedArm implements ArmSums {
  readonly name: string;
  readonly share = 1;
  customers = 0;
  sum = 0;
  private readonly probability: number;
  private readonly random: Random;

  constructor(name: string, probability: number, random: Random) {
    this.name = name;
    this.probability = probability;
    this.random = random;
  }

  /** Of ones and noughts the squares are the values themselves. */
  get sumOfSquares(): number {
    return this.sum;
  }

  grow(customers: number): void {
    this.customers += customers;
    for (let left = customers; left > 0; left -= 1) {
      if (this.random.next() < this.probability) this.sum += 1;
    }
  }
}
