import type { IdList } from './feature-code.ts';

/** Steps of the follower: its rate, and what dampens the first of them. */
export interface FastSteps {
  readonly rate: number;
  readonly damping: number;
}

/**
 * Follow-the-regularised-leader with a step size of its own for each id (McMahan et al. 2013), without its penalties: the
 * expert that forgets. What it knows depends on the order of the outcomes, so a model has one writer.
 *
 * Its numbers are kept in four bytes each and rounded with every step, so that a stored model goes on as it would have.
 */
export class FastExpert {
  readonly gradients: Float32Array;
  readonly squares: Float32Array;
  readonly #steps: FastSteps;

  constructor(dimension: number, steps: FastSteps) {
    this.gradients = new Float32Array(dimension);
    this.squares = new Float32Array(dimension);
    this.#steps = steps;
  }

  weight(id: number): number {
    const { rate, damping } = this.#steps;
    return (-(this.gradients[id] as number) * rate) / (damping + Math.sqrt(this.squares[id] as number));
  }

  /** Begins with a value for everybody, which it leaves as it left nothing else: one step at a time. */
  begin(value: number): void {
    this.gradients[0] = (-value * this.#steps.damping) / this.#steps.rate;
  }

  /** Whether it has not seen any outcome. */
  get isNew(): boolean {
    return this.squares[0] === 0;
  }

  /** What it says: a logit, or a probability with the identity link. */
  value(ids: IdList): number {
    let sum = this.weight(0);
    for (let index = 0; index < ids.length; index += 1) sum += this.weight(ids[index] as number);
    return sum;
  }

  step(ids: IdList, gradient: number): void {
    this.#stepOf(0, gradient);
    for (let index = 0; index < ids.length; index += 1) this.#stepOf(ids[index] as number, gradient);
  }

  #stepOf(id: number, gradient: number): void {
    const { rate } = this.#steps;
    const before = this.squares[id] as number;
    const after = before + gradient * gradient;
    const pace = (Math.sqrt(after) - Math.sqrt(before)) / rate;
    this.gradients[id] = (this.gradients[id] as number) + gradient - pace * this.weight(id);
    this.squares[id] = after;
  }
}
