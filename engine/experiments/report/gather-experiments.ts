import { hash48 } from '../../chance/hash.ts';
import { TracesByCustomer } from '../../customer/traces-by-customer.ts';
import type { DecideInput } from '../../decide/decide-input.ts';
import { readEventFacts } from '../../facts/read-facts.ts';
import { readPath } from '../../facts/read-path.ts';
import type { Experiment } from '../../model/experiment.ts';
import type { CustomerKey } from '../../model/ids.ts';
import type { EventMessage, LogMessage, OutcomeMessage } from '../../model/log-message.ts';
import type { Rulebook } from '../../model/rulebook.ts';
import { type DrawnArm, drawArms, drawnFor } from '../draw-arms.ts';
import { ArmTally, type ArmTotals } from './arm-tally.ts';
import {
  addConversion,
  addEvent,
  addExposure,
  type CustomerTrace,
  eventsMax,
  joinTraces,
  newTrace,
} from './customer-trace.ts';
import { type Goal, GoalCount } from './goal.ts';
import { dealAlike, mayDiffer } from './subjects.ts';

/**
 * What became of the customers of experiments, from the log and the decisions of a period.
 *
 * GE1. One customer counts once, with all ids: in the arm of the first decision that might have come out otherwise in another
 *      arm. Whether anything was shown then does not matter, so those who are held out come in like all others.
 * GE2. Who was decided on in several arms, because two customers turned out to be one, stays in the first and is counted
 *      apart. To leave such customers out would empty small arms: nearly everybody who meets another customer's arm meets
 *      that of a large one.
 * GE3. A conversion counts if it happened after that decision, once, whatever order the log has it in.
 * GE4. What was known before is what had come in before that decision.
 * GE5. A customer takes a bounded room, and what it has no room for is told.
 */
export interface GatheringOptions {
  /** In force now: what counts as a conversion follows from it. */
  readonly rulebook: Rulebook;
  readonly experiments: readonly Experiment[];
  /** Epoch ms; the end of the period. */
  readonly until: number;
  /** Place of a conversion's value below the event. */
  readonly valueAt?: readonly string[] | undefined;
  /** Nothing was decided before the period. */
  readonly isFromBeginning: boolean;
}

/** What of a decision tells who is exposed. */
export type GatheredDecision = Pick<
  DecideInput,
  'customer' | 'presentedAs' | 'state' | 'rulebook' | 'now' | 'placements' | 'arms'
>;

/** All that was gathered of one experiment. */
export interface GatheredExperiment {
  readonly experiment: Experiment;
  readonly goal: Goal;
  /** In the order of the experiment. */
  readonly arms: readonly ArmTotals[];
  /** Whether customers were met before they were exposed, so that what they did before says something of them alone. */
  readonly knowsBefore: boolean;
  /** Decisions under an earlier definition of the experiment, which dealt other arms. */
  readonly dealtOtherwise: number;
  /** Reports of conversions that do not count, because not every arm can have them, or events tell of conversions. */
  readonly reportsLeftOut: number;
  /** Conversions that do not say what they are worth, and count nothing. */
  readonly withoutAmount: number;
  /** Conversions of customers who had too many. */
  readonly lost: number;
}

export class ExperimentGathering {
  readonly #options: GatheringOptions;
  readonly #watched: readonly Watched[];
  readonly #traces = new TracesByCustomer<CustomerTrace>(newTrace);
  decisions = 0;

  constructor(options: GatheringOptions) {
    this.#options = options;
    this.#watched = options.experiments.map((experiment) => new Watched(experiment, options));
  }

  takeMessage(message: LogMessage): void {
    switch (message.kind) {
      case 'event':
        this.#takeEvent(message);
        break;
      case 'outcome':
        this.#takeOutcome(message);
        break;
      default:
        this.#traces.takeLinks(message);
    }
  }

  /** A decision of the period as it was asked for, under the rulebook of then. */
  takeDecision(input: GatheredDecision): void {
    this.decisions += 1;
    const { customer, presentedAs, state } = input;
    const ids = [customer, ...(Object.keys(state?.sources ?? {}) as CustomerKey[])];
    this.#traces.own(ids, customer);
    const drawn = drawArms(input.rulebook, {
      of: drawnFor(state, input),
      now: input.now,
      forced: input.arms,
    });
    for (const watched of this.#watched) {
      const arm = watched.armOf(drawn, input);
      if (arm === undefined) continue;
      const eventsBefore = ids.reduce((sum, id) => sum + (this.#traces.find(id)?.events.length ?? 0), 0);
      addExposure(this.#traces.of(presentedAs ?? customer), watched.experiment.name, {
        ...{ at: input.now, arm, metOtherArm: false },
        eventsBefore: Math.min(eventsMax, eventsBefore),
      });
    }
  }

  /** What all that was taken so far adds up to. */
  gathered(): readonly GatheredExperiment[] {
    const customers = [...this.#traces.customers()].map(joinTraces);
    return this.#watched.map((watched) => watched.gathered(customers));
  }

  #takeEvent(message: EventMessage): void {
    const { event, origin } = message;
    const id = this.#traces.idOf(message);
    if (origin !== undefined) return;
    const { rulebook, valueAt } = this.#options;
    const trace = this.#traces.of(id);
    const mark = hash48(`e:${event.messageId}`);
    addEvent(trace, mark);
    const listed = rulebook.outcomesByEvent
      .get(event.name)
      ?.filter(({ outcome }) => outcome === 'conversion');
    if (!listed || listed.length === 0) return;
    const facts = readEventFacts(rulebook, event);
    const rules = listed.filter(({ where }) => where === undefined || where.holds(facts));
    if (rules.length === 0) return;
    const amount = valueAt && readPath(event, valueAt);
    addConversion(trace, {
      ...{ mark, at: event.timestamp, told: { kind: 'event', rules } },
      ...(isAmount(amount) && { amount }),
    });
  }

  #takeOutcome(message: OutcomeMessage): void {
    const { outcome, decision, action, treatment, value, timestamp } = message;
    const id = this.#traces.idOf(message);
    if (outcome !== 'conversion' || action === undefined || treatment === undefined) return;
    const name = `${action}/${treatment}`;
    addConversion(this.#traces.of(id), {
      ...{ mark: hash48(`o:${decision}/${name}`), at: timestamp },
      ...(value !== undefined && { amount: value }),
      told: { kind: 'reported', treatment: name },
    });
  }
}

/** One experiment, and what its decisions have shown so far. */
class Watched {
  readonly experiment: Experiment;
  readonly #options: GatheringOptions;
  readonly #goal: GoalCount;
  #knowsBefore: boolean;
  #isMet = false;
  #dealtOtherwise = 0;

  constructor(experiment: Experiment, options: GatheringOptions) {
    this.experiment = experiment;
    this.#options = options;
    this.#goal = new GoalCount(experiment, options.rulebook, { reads: options.valueAt !== undefined });
    this.#knowsBefore = options.isFromBeginning;
  }

  /** The arm of a decision that might have come out otherwise in another one; undefined where it is no such decision. */
  armOf(drawn: readonly DrawnArm[], { rulebook, placements, now }: GatheredDecision): string | undefined {
    const dealt = drawn.find(({ experiment }) => experiment.name === this.experiment.name);
    if (!dealt) {
      if (!this.#isMet && !this.#hasBegun(rulebook, now)) this.#knowsBefore = true;
      return undefined;
    }
    if (!dealAlike(dealt.experiment, this.experiment)) {
      this.#dealtOtherwise += 1;
      return undefined;
    }
    this.#isMet = true;
    return mayDiffer(dealt.experiment, rulebook, placements) ? dealt.arm : undefined;
  }

  /** Where it began inside the period, nobody was exposed before. */
  #hasBegun({ experiments }: Rulebook, now: number): boolean {
    return experiments.some(({ name, valid }) => name === this.experiment.name && now >= valid.from);
  }

  gathered(customers: readonly CustomerTrace[]): GatheredExperiment {
    const { name, shares } = this.experiment;
    const arms = new Map(shares.map(({ arm, share }) => [arm, new ArmTally(arm, share)]));
    const missing = { reportsLeftOut: 0, withoutAmount: 0, lost: 0 };
    for (const trace of customers) {
      const exposure = trace.exposures.get(name);
      if (!exposure) continue;
      missing.lost += trace.conversionsLost;
      const worths = this.#worths(trace, { after: exposure.at, missing });
      const value = worths.reduce((sum, worth) => sum + worth, 0);
      arms.get(exposure.arm)?.add({ ...exposure, conversions: worths.length, value });
    }
    const knowsBefore = this.#knowsBefore;
    return {
      experiment: this.experiment,
      goal: this.#goal.goal,
      arms: [...arms.values()].map((tally) => tally.totals({ knowsBefore })),
      ...{ knowsBefore, dealtOtherwise: this.#dealtOtherwise },
      ...missing,
    };
  }

  /** What each conversion after the exposure is worth; sorted, so that their sum does not depend on the order they came in. */
  #worths(
    { conversions }: CustomerTrace,
    { after, missing }: { readonly after: number; readonly missing: Missing },
  ): readonly number[] {
    const worths: number[] = [];
    for (const conversion of conversions) {
      if (conversion.at <= after || conversion.at > this.#options.until) continue;
      const counted = this.#goal.count(conversion);
      if (counted) worths.push(counted.value ?? 0);
      else if (this.#goal.isLeftOut(conversion)) missing.reportsLeftOut += 1;
      if (counted && counted.value === undefined) missing.withoutAmount += 1;
    }
    return worths.sort((one, other) => one - other);
  }
}

type Missing = Record<'reportsLeftOut' | 'withoutAmount', number>;

function isAmount(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}
