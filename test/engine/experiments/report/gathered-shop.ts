import { Random } from '../../../../bench/measure/random.ts';
import { armOf } from '../../../../engine/experiments/draw-arms.ts';
import { ArmTally } from '../../../../engine/experiments/report/arm-tally.ts';
import {
  type CustomerKey,
  type DecisionId,
  defaultTenant,
  type EventMessage,
  ExperimentGathering,
  type ExperimentReport,
  experimentReport,
  type GatheredDecision,
  type GatheredExperiment,
  type GatheringOptions,
  type LinkImportMessage,
  type OutcomeMessage,
  type Partition,
  type Profile,
  type Rulebook,
  userKey,
} from '../../../../engine/index.ts';
import { noon, track } from '../../support/events.ts';

/** Steps of a log as an experiment's report meets them. */

const envelope = { tenant: defaultTenant, partition: 0 as Partition };

export function event(
  key: CustomerKey,
  name: string,
  at: number,
  more: { readonly id?: string; readonly properties?: Readonly<Record<string, number>> } = {},
): EventMessage {
  const { id, properties = {} } = more;
  const told = track(name, { timestamp: at, properties, ...(id !== undefined && { messageId: id }) });
  return { ...envelope, kind: 'event', id: `e:${told.messageId}`, receivedAt: at, key, event: told };
}

export function reported(key: CustomerKey, decision: string, at: number): OutcomeMessage {
  return {
    ...{ ...envelope, kind: 'outcome', id: `o:${decision}`, receivedAt: at, key, timestamp: at },
    ...{ decision: decision as DecisionId, action: 'voucher', treatment: 'hero', outcome: 'conversion' },
  };
}

/** `from` goes over to `to`, with nothing but its name. */
export function merged(from: CustomerKey, to: CustomerKey, at: number): LinkImportMessage {
  const profile: Profile = {
    ...{ firstSeenAt: at, lastSeenAt: at, traits: {}, features: {}, consent: {}, contacts: [], overlays: {} },
  };
  return {
    ...{ ...envelope, kind: 'link-import', id: `${from}>${to}`, receivedAt: at, key: to, from, to },
    ...{ cause: 'identify', asked: to, other: from, via: {}, splits: [], timers: [] },
    profiles: { [from]: profile },
  };
}

export function asked(
  rulebook: Rulebook,
  customer: CustomerKey,
  now: number,
  more: Partial<GatheredDecision> = {},
): GatheredDecision {
  return { customer, state: undefined, rulebook, now, placements: ['hero'], ...more };
}

export function gathering(rulebook: Rulebook, options: Partial<GatheringOptions> = {}): ExperimentGathering {
  return new ExperimentGathering({
    ...{
      rulebook,
      experiments: rulebook.experiments,
      until: Number.MAX_SAFE_INTEGER,
      isFromBeginning: false,
    },
    ...options,
  });
}

/** What was gathered of one experiment. */
export function of(gathering: ExperimentGathering, name: string): GatheredExperiment {
  const found = gathering.gathered().find(({ experiment }) => experiment.name === name);
  if (!found) throw new Error(`no experiment ${name}`);
  return found;
}

export function customersOf({ arms }: GatheredExperiment): Readonly<Record<string, number>> {
  return Object.fromEntries(arms.map(({ arm, customers }) => [arm, customers]));
}

export interface ShopRun {
  readonly customers: number;
  /** Of the customers of an arm, those who convert. */
  readonly rateOf: (arm: string) => number;
  /** Of the decisions for the customers of an arm, those that get lost. */
  readonly lostOf?: (arm: string) => number;
}

/** Customers come one after the other and convert as chance has it. */
export function livedThrough(rulebook: Rulebook, seed: number, run: ShopRun): ExperimentGathering {
  const { customers, rateOf, lostOf = () => 0 } = run;
  const random = new Random(seed);
  const log = gathering(rulebook);
  const [experiment] = rulebook.experiments;
  for (let number = 1; number <= customers; number += 1) {
    const key = userKey(`${seed}-${number}`);
    const at = noon + number;
    const arm = experiment ? armOf(experiment, key) : '';
    if (random.next() >= lostOf(arm)) log.takeDecision(asked(rulebook, key, at));
    if (random.next() < rateOf(arm)) log.takeMessage(event(key, 'Order Completed', at + 1));
  }
  return log;
}

/** The same figures without a log, and the report of every look. */
export function lookedAt(
  template: GatheredExperiment,
  seed: number,
  { customers, looks, rateOf }: ShopRun & { readonly looks: number },
): readonly ExperimentReport[] {
  const random = new Random(seed);
  const { shares } = template.experiment;
  const arms = new Map(shares.map(({ arm, share }) => [arm, new ArmTally(arm, share)]));
  const reports: ExperimentReport[] = [];
  for (let number = 1; number <= customers; number += 1) {
    const dealt = random.next();
    const arm = shares.find(({ until }) => dealt < until)?.arm ?? '';
    const conversions = random.next() < rateOf(arm) ? 1 : 0;
    arms.get(arm)?.add({ conversions, value: conversions, eventsBefore: 0, metOtherArm: false });
    if (number % (customers / looks) > 0) continue;
    const totals = [...arms.values()].map((tally) => tally.totals({ knowsBefore: false }));
    reports.push(experimentReport({ ...template, arms: totals }));
  }
  return reports;
}
