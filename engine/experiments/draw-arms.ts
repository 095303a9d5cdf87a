import { draw } from '../chance/hash.ts';
import { firstSeenKey } from '../customer/first-seen.ts';
import type { CustomerState } from '../model/customer-state.ts';
import type { ExperimentArm } from '../model/decision.ts';
import type { ChallengerExperiment, Experiment } from '../model/experiment.ts';
import type { CustomerKey } from '../model/ids.ts';
import type { Rulebook } from '../model/rulebook.ts';

/**
 * Who is in which arm.
 *
 * I1. An arm follows from the experiment's name and salt and the id that was seen first of the customer, and from nothing
 *     else: it stays while these stay, on every node and in every replay.
 * I2. Experiments draw apart: to be in an arm of one says nothing about the arm of another.
 * I3. A merge never changes the arm of the id that was seen first, whatever its order; an un-merge gives both sides theirs
 *     back. It changes only when another id becomes the first: by an event or a contact that comes late, or when a contact
 *     is forgotten that came before all events of its id.
 * I4. A customer is decided on by one rulebook. Who is in the arm of one challenger takes no part in the experiments with
 *     further ones, which then go by the customers who are left.
 */
export interface Drawing {
  /** The id that the arms are drawn for. */
  readonly of: CustomerKey;
  readonly now: number;
  /** Arms by experiment that stand in for what is drawn; what-ifs use them. */
  readonly forced?: ReadonlyMap<string, string> | undefined;
}

/** An experiment in force, and the customer's arm of it. */
export interface DrawnArm {
  readonly experiment: Experiment;
  readonly arm: string;
}

/** The arms of one customer in all experiments in force, in the book's order. */
export function drawArms({ experiments }: Rulebook, { of, now, forced }: Drawing): readonly DrawnArm[] {
  const drawn: DrawnArm[] = [];
  let challenged: ChallengerExperiment | undefined;
  for (const experiment of experiments) {
    if (now < experiment.valid.from || now >= experiment.valid.until) continue;
    if (experiment.kind === 'challenger' && challenged) continue;
    const arm = forced?.get(experiment.name) ?? armOf(experiment, of);
    drawn.push({ experiment, arm });
    if (experiment.kind === 'challenger' && arm === 'challenger') challenged = experiment;
  }
  return drawn;
}

/** The id that a customer's arms are drawn for: the one seen first, or the one that asks while nothing is known. */
export function drawnFor(
  state: CustomerState | undefined,
  {
    customer,
    presentedAs,
  }: { readonly customer: CustomerKey; readonly presentedAs?: CustomerKey | undefined },
): CustomerKey {
  return state ? firstSeenKey(state) : (presentedAs ?? customer);
}

/** As decisions and customers tell them. */
export function armsTold(drawn: readonly DrawnArm[]): readonly ExperimentArm[] {
  return drawn.map(({ experiment, arm }) => ({ experiment: experiment.name, arm }));
}

/** The arm that an id draws. */
export function armOf({ name, salt, shares }: Experiment, id: CustomerKey): string {
  const drawn = draw(`${name}:${salt}`, id);
  return shares.find(({ until }) => drawn < until)?.arm ?? shares[shares.length - 1]?.arm ?? '';
}

/** The book that decides on a customer with these arms: a challenger, or the book itself. */
export function bookOfArms(rulebook: Rulebook, arms: readonly ExperimentArm[]): Rulebook {
  if (rulebook.challengers.size === 0) return rulebook;
  for (const experiment of rulebook.experiments) {
    if (experiment.kind !== 'challenger') continue;
    const isIn = arms.some(({ experiment: name, arm }) => name === experiment.name && arm === 'challenger');
    if (isIn) return rulebook.challengers.get(experiment.challenger) ?? rulebook;
  }
  return rulebook;
}
