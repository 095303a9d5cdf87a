import { decide } from '../decide/decide.ts';
import type { DecideInput } from '../decide/decide-input.ts';
import { openFrame } from '../decide/frame.ts';
import { limits } from '../limits.ts';
import type { Reason } from '../model/decision.ts';
import type { Alteration, Counterfactual } from '../model/explanation.ts';
import type { Rulebook, Treatment } from '../model/rulebook.ts';
import { type ReasonCode, reasons } from '../reasons.ts';
import { alterInput } from './alter-input.ts';
import type { Seat } from './ranking.ts';
import { type Barrier, remediesFor } from './remedies.ts';

/**
 * The smallest change with which an action would have been in.
 *
 * CF1. What is claimed did happen: the decision was made again with all alterations, and the action was in. What is not
 *      known, because the decision did not ask for it, is said with the claim.
 * CF2. None is too much: with any one of them left out, the action is out.
 * CF3. Bounded: barriers, what is tried against each, and decisions made again (`limits.ts`).
 * CF4. Deterministic, as the decision is: the same decision has the same answer.
 *
 * Barriers come one after the other: what lifts the first shows the second. So remedies are collected until the action is
 * in, each tried by making the decision again, and then each is left out once, because a later one may do without an
 * earlier one. "In" is to be ranked; for an action that was ranked already, to be shown.
 */
export function findCounterfactual(
  input: DecideInput,
  seat: Seat,
  reason: Reason,
  attempts: Attempts,
): Counterfactual {
  if (!hasTreatment(input, seat))
    return { found: false, why: 'fixed', barrier: { action: seat.action, code: 'no-treatment' } };
  const trial = new Trial(input, seat, reason, attempts);
  const found = trial.collect({ alterations: [], reason });
  if (found) return trial.minimal(found);
  return { found: false, why: trial.mayTry() ? 'none' : 'given-up', barrier: trial.furthest };
}

/** What has no treatment for a placement is not shown there, whatever becomes of the customer. */
function hasTreatment(input: DecideInput, seat: Seat): boolean {
  return treatmentsOf(openFrame(input).input.rulebook, seat).length > 0;
}

function treatmentsOf({ placements }: Rulebook, { action: name, placement }: Seat): readonly Treatment[] {
  const candidates = placements.get(placement)?.candidates ?? [];
  return candidates.find(({ action }) => action.name === name)?.treatments ?? [];
}

/** The budgets of the action of which a receipt does not tell what was left: a decision asks late for them. */
function unknownBudgets(input: DecideInput, seat: Seat): readonly string[] {
  const { rulebook } = openFrame(input).input;
  const charges = treatmentsOf(rulebook, seat).flatMap(({ index }) => rulebook.charges[index] ?? []);
  const names = new Set(charges.map(({ budget }) => budget.name));
  return [...names].filter((name) => input.budgets.isKnown?.(name) === false);
}

/** Decisions that may still be made again. */
export interface Attempts {
  left: number;
}

function wasRanked({ code }: Reason): boolean {
  return code === 'outranked' || code === 'diversity' || code === 'coupled';
}

interface Outcome {
  readonly alterations: readonly Alteration[];
  readonly reason: Reason;
}

class Trial {
  private readonly input: DecideInput;
  private readonly seat: Seat;
  private readonly goals: readonly ReasonCode[];
  private readonly attempts: Attempts;
  private readonly seen = new Set<string>();
  private own: number = limits.reexecutionsPerActionMax;
  /** The barrier that it got to. */
  furthest: Reason;

  constructor(input: DecideInput, seat: Seat, reason: Reason, attempts: Attempts) {
    this.input = input;
    this.seat = seat;
    this.goals = wasRanked(reason) ? ['chosen'] : ['chosen', 'outranked'];
    this.attempts = attempts;
    this.furthest = reason;
  }

  isIn({ code }: Reason): boolean {
    return this.goals.includes(code);
  }

  /** Lifts one barrier after the other; where nothing helps, it goes back to the next remedy of the barrier before. */
  collect(outcome: Outcome, barriers = 0): Outcome | undefined {
    if (this.isIn(outcome.reason)) return outcome;
    if (barriers === limits.barriersMax) return undefined;
    this.note(outcome);
    const asideWays: Outcome[] = [];
    let tried = 0;
    for (const remedy of remediesFor(this.barrierOf(outcome))) {
      if (tried === limits.remediesPerBarrierMax) break;
      if (!this.mayTry()) return undefined;
      tried += 1;
      const next = this.tryOut(together(outcome.alterations, remedy));
      if (!next || this.isKnown(next)) continue;
      const isFurther = this.isIn(next.reason) || depth(next.reason) > depth(outcome.reason);
      const found = isFurther ? this.collect(next, barriers + 1) : undefined;
      if (found) return found;
      if (!isFurther) asideWays.push(next);
    }
    for (const aside of asideWays) {
      const found = this.isKnown(aside) ? undefined : this.collect(aside, barriers + 1);
      if (found) return found;
    }
    return undefined;
  }

  private barrierOf({ alterations, reason }: Outcome): Barrier {
    const input = alterInput(this.input, alterations);
    return { input, frame: openFrame(input), seat: this.seat, reason };
  }

  /** The same barrier behind as many alterations needs no second look: what differs is by how much. */
  private isKnown(outcome: Outcome): boolean {
    return this.seen.has(keyOf(outcome));
  }

  private note(outcome: Outcome): void {
    this.seen.add(keyOf(outcome));
    if (depth(outcome.reason) > depth(this.furthest)) this.furthest = outcome.reason;
  }

  /** Without every alteration that the action can do without; looked at again after each one that went. */
  minimal(outcome: Outcome): Counterfactual {
    let kept = outcome;
    for (let next = this.withoutOne(kept); next; next = this.withoutOne(kept)) kept = next;
    const becomes = kept.reason.code === 'chosen' ? 'chosen' : 'outranked';
    const provided = unknownBudgets(this.input, this.seat);
    return { found: true, alterations: kept.alterations, becomes, ...(provided.length > 0 && { provided }) };
  }

  private withoutOne({ alterations }: Outcome): Outcome | undefined {
    if (alterations.length < 2) return undefined;
    for (const alteration of alterations) {
      const outcome = this.tryOut(alterations.filter((other) => other !== alteration));
      if (outcome && this.isIn(outcome.reason)) return outcome;
    }
    return undefined;
  }

  mayTry(): boolean {
    return this.own > 0 && this.attempts.left > 0;
  }

  private tryOut(alterations: readonly Alteration[]): Outcome | undefined {
    this.own -= 1;
    this.attempts.left -= 1;
    const reason = reasonIn(alterInput(this.input, alterations), this.seat);
    return reason && { alterations, reason };
  }
}

/** What becomes of an action in a placement; undefined where it is no candidate. */
export function reasonIn(input: DecideInput, { action, placement }: Seat): Reason | undefined {
  const { decision } = decide({ ...input, explain: true });
  return decision.placements
    .find((decided) => decided.placement === placement)
    ?.reasons.find((reason) => reason.action === action);
}

function keyOf({ alterations, reason }: Outcome): string {
  return JSON.stringify([reason, alterations.map(subjectOf)]);
}

const order = Object.keys(reasons);

/** How far an action got. */
function depth({ code }: Reason): number {
  return code === 'chosen' ? order.length : order.indexOf(code);
}

/** Of two alterations of one thing the later one stands; amounts of one budget add up. */
function together(before: readonly Alteration[], more: readonly Alteration[]): readonly Alteration[] {
  const merged = new Map(before.map((alteration) => [subjectOf(alteration), alteration]));
  for (const alteration of more) {
    const subject = subjectOf(alteration);
    const known = merged.get(subject);
    merged.set(subject, known ? successor(known, alteration) : alteration);
  }
  return [...merged.values()];
}

function subjectOf(alteration: Alteration): string {
  switch (alteration.kind) {
    case 'fact':
      return `fact ${alteration.fact} ${alteration.path?.join('.') ?? ''}`;
    case 'consent':
      return `consent ${alteration.purpose}`;
    case 'contacts':
      return `contacts ${alteration.policy}`;
    case 'budget':
      return `budget ${alteration.budget}`;
    case 'arm':
      return `arm ${alteration.experiment}`;
    default:
      return alteration.kind;
  }
}

/** It begins where the one before it began. */
function successor(before: Alteration, after: Alteration): Alteration {
  if (before.kind === 'budget' && after.kind === 'budget')
    return { ...after, more: before.more + after.more };
  if (before.kind === 'contacts' && after.kind === 'contacts')
    return { ...after, fewer: before.fewer + after.fewer };
  if (before.kind === 'fact' && after.kind === 'fact') {
    const { from: _, ...rest } = after;
    return { ...rest, ...(before.from !== undefined && { from: before.from }) };
  }
  return 'from' in before && 'from' in after ? ({ ...after, from: before.from } as Alteration) : after;
}
