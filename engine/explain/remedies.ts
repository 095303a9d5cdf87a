import { contactsOf } from '../customer/profile.ts';
import { decide } from '../decide/decide.ts';
import type { DecideInput } from '../decide/decide-input.ts';
import type { Frame } from '../decide/frame.ts';
import { concerns } from '../decide/policies/policy-scope.ts';
import { day } from '../limits.ts';
import type { Condition, ConditionTree } from '../model/condition.ts';
import type { ContactPolicy } from '../model/contact-policy.ts';
import type { Reason } from '../model/decision.ts';
import type { Alteration } from '../model/explanation.ts';
import type { EngagementPolicy, Validity } from '../model/rulebook.ts';
import { notOf } from '../rules/conditions/condition-tree.ts';
import { factRemedy, opensAt } from './fact-remedies.ts';
import { priorityRemedies, type Seat } from './ranking.ts';

/** What stands in an action's way, and in which situation. */
export interface Barrier {
  /** As it is by now: what was found so far is in it. */
  readonly input: DecideInput;
  readonly frame: Frame;
  readonly seat: Seat;
  readonly reason: Reason;
}

type Remedy = readonly Alteration[];
type Remedies = (barrier: Barrier) => Iterable<Remedy>;

/**
 * What to try against each barrier, the most natural first. None of it is a promise: whoever asks makes the decision
 * again with it.
 */
export function remediesFor(barrier: Barrier): Iterable<Remedy> {
  switch (barrier.reason.code) {
    case 'chosen':
    case 'no-treatment':
    case 'degraded':
    // What it adds and what chance gave are not for anybody to change.
    case 'adds-nothing':
    case 'left-alone':
      return [];
    case 'not-valid-now':
      return validTimes(barrier);
    case 'eligibility':
    case 'applicability':
    case 'suitability':
      return engagement(barrier);
    case 'consent':
      return consents(barrier);
    case 'quiet-hours':
      return laterTimes(barrier);
    case 'contact-policy':
      return policies(barrier);
    case 'budget':
    case 'paced':
      return budgets(barrier);
    case 'not-worth-its-cost':
      return priorityRemedies(barrier.frame, barrier.seat, { above: 0, orEqual: true });
    case 'holdout':
      return arms(barrier, 'treated');
    case 'other-arm':
      return otherArms(barrier);
    case 'outranked':
    case 'diversity':
      return ranks(barrier);
    case 'already-placed':
    case 'coupled':
      return [alone(barrier)];
  }
}

const alone = ({ seat }: Barrier): Remedy => [{ kind: 'alone', placement: seat.placement }];

const at = (moment: number): Remedy => [{ kind: 'time', at: moment }];

function candidateOf({ frame, seat }: Barrier) {
  const placement = frame.input.rulebook.placements.get(seat.placement);
  const candidate = placement?.candidates.find(({ action }) => action.name === seat.action);
  return placement && candidate && { placement, ...candidate };
}

/** The first moment of a validity, or the last one of it; else the same time of day on that day. */
const validTimes: Remedies = function* (barrier) {
  const candidate = candidateOf(barrier);
  if (!candidate) return;
  const validities: readonly Validity[] = [
    candidate.action.valid,
    ...candidate.treatments.flatMap(({ policy }) => policy?.valid ?? []),
  ];
  const { now } = barrier.input;
  for (const { from, until } of validities) {
    if (until <= from) continue;
    if (now < from) yield* [at(from), at(now + Math.ceil((from - now) / day) * day)];
    else if (now >= until) yield* [at(until - 1), at(now - (Math.floor((now - until) / day) + 1) * day)];
  }
};

/** Facts with which all conditions hold at once, else those of the tier that failed, else waiting. */
const engagement: Remedies = function* (barrier) {
  const candidate = candidateOf(barrier);
  if (!candidate) return;
  const { action, treatments } = candidate;
  const own: EngagementPolicy = action;
  const levels = treatments.some(({ policy }) => policy === undefined)
    ? [conditionsOf(own)]
    : treatments.map(({ policy }) => [...conditionsOf(own), ...(policy ? conditionsOf(policy) : [])]);
  const repairs = levels.map((conditions) => factRemedy(barrier.input, conditions));
  yield* repairs
    .filter((remedy) => remedy.length > 0)
    .sort((one, other) => one.length - other.length)
    .slice(0, 2);
  const tier = barrier.reason.code as 'eligibility' | 'applicability' | 'suitability';
  const spoke =
    treatments.find(({ name }) => name === barrier.reason.treatment)?.policy?.[tier] ?? action[tier];
  if (!spoke) return;
  const single = factRemedy(barrier.input, [spoke.tree]);
  if (single.length > 0) yield single;
  const opens = opensAt(barrier.input, spoke.tree);
  if (opens !== undefined) yield at(opens);
};

function conditionsOf(policy: EngagementPolicy): readonly ConditionTree[] {
  const { eligibility, applicability, suitability } = policy;
  return [eligibility, applicability, suitability].flatMap((condition?: Condition) => condition?.tree ?? []);
}

/** The purpose; where the channel's own word stands in the way, that. */
const consents: Remedies = function* (barrier) {
  const candidate = candidateOf(barrier);
  const purpose = candidate?.action.purpose;
  if (!candidate || purpose === undefined) return;
  yield [{ kind: 'consent', purpose }];
  yield [{ kind: 'consent', purpose: `${purpose}/${candidate.placement.channel}` }];
};

const laterTimes: Remedies = function* ({ reason, input }) {
  const until = untilOf(reason);
  if (until !== undefined && until > input.now) yield at(until);
};

/** When what spoke alone would not stand in the way any more. */
export function untilOf({ until, seen }: Reason): number | undefined {
  return until ?? seen?.until;
}

/** To wait, to be somebody whom it does not bind, to have had less; or not to come behind what this request chose first. */
const policies: Remedies = function* (barrier) {
  const { frame, reason } = barrier;
  const policy = frame.input.rulebook.policies.find(({ name }) => name === reason.by);
  if (!policy) return;
  yield* laterTimes(barrier);
  if (policy.when) {
    const { tree } = policy.when;
    const unbound = factRemedy(barrier.input, [notOf(tree, tree.at)]);
    if (unbound.length > 0) yield unbound;
  }
  yield* fewerContacts(policy, barrier);
  yield* goFirst(barrier);
};

function* fewerContacts(policy: ContactPolicy, { frame, reason }: Barrier): Generator<Remedy> {
  if (policy.kind !== 'cap' && policy.kind !== 'cool-down') return;
  const spoken = contactsOf(frame.profiles).filter((contact) => concerns(policy.match, contact)).length;
  if (spoken === 0) return;
  const over = (reason.seen?.count ?? 1) - (reason.seen?.limit ?? 1) + 1;
  const fewer = Math.min(Math.max(1, over), spoken);
  yield [{ kind: 'contacts', policy: policy.name, fewer }];
  if (fewer < spoken) yield [{ kind: 'contacts', policy: policy.name, fewer: spoken }];
}

/** What this very request chose before it may be what was in the way. */
function* goFirst(barrier: Barrier): Generator<Remedy> {
  if (barrier.input.placements.length > 1) yield alone(barrier);
  yield* ranks(barrier);
}

/** As much more as was asked for and not there. */
const budgets: Remedies = function* (barrier) {
  const { by: budget } = barrier.reason;
  if (budget === undefined) return;
  yield* laterTimes(barrier);
  const more = missingOf(budget, barrier.input);
  if (more > 0) yield [{ kind: 'budget', budget, more }];
  yield* goFirst(barrier);
};

function missingOf(budget: string, input: DecideInput): number {
  let missing = 0;
  decide({
    ...input,
    budgets: {
      left: (name, wanted) => {
        const left = input.budgets.left(name, wanted);
        if (name === budget) missing = Math.max(missing, wanted - left);
        return left;
      },
    },
  });
  return missing;
}

function* arms({ frame, reason: { by } }: Barrier, to: string): Generator<Remedy> {
  const from = frame.arms.find(({ experiment }) => experiment === by)?.arm;
  if (by !== undefined && from !== undefined && from !== to)
    yield [{ kind: 'arm', experiment: by, from, to }];
}

/** Each of the experiment's arms, in its order. */
const otherArms: Remedies = function* (barrier) {
  const experiment = barrier.input.rulebook.experiments.find(({ name }) => name === barrier.reason.by);
  for (const { arm } of experiment?.shares ?? []) yield* arms(barrier, arm);
};

/** A priority above that of any action that was shown, the lowest of them first; else a place more. */
const ranks: Remedies = function* (barrier) {
  const { input, seat } = barrier;
  const result = decide(input).decision.placements.find(({ placement }) => placement === seat.placement);
  const bars = [...new Set(result?.treatments.map(({ priority }) => priority))].sort(
    (one, other) => one - other,
  );
  for (const bar of bars.slice(0, 2)) yield* priorityRemedies(barrier.frame, seat, { above: bar });
  const from = input.limit ?? candidateOf(barrier)?.placement.limit;
  if (from === undefined) return;
  for (const more of [1, 2]) yield [{ kind: 'places', placement: seat.placement, from, to: from + more }];
};
