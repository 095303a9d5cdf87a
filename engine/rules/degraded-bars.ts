import { isInGroups } from '../customer/outcomes.ts';
import type { Condition } from '../model/condition.ts';
import type { Experiment } from '../model/experiment.ts';
import type { Action, EngagementPolicy, Placement, Rulebook, Treatment } from '../model/rulebook.ts';
import { readsOf } from './conditions/condition-tree.ts';

/** One way to show one action, as in a decision. */
interface Spot {
  readonly action: Action;
  readonly treatment: Treatment;
  readonly placement: Placement;
}

/**
 * What of a book keeps an action from being shown without a look at the customer, in words that go on from "it ..."; the
 * first thing found, undefined where there is nothing.
 */
export function barToAction(book: Rulebook, action: Action): string | undefined {
  const { purpose, mandatory, name } = action;
  if (purpose !== undefined) return `needs the purpose \`${purpose}\``;
  if (mandatory) return 'is mandatory';
  return barOfPolicy(action) ?? barOfExperiments(book, name);
}

/** The same for one of its treatments in one placement. */
export function barToSpot(book: Rulebook, { action, treatment, placement }: Spot): string | undefined {
  const [policy] = book.policyIndex.of(placement, treatment);
  if (policy !== undefined) return `is bound by the policy \`${book.policies[policy]?.name}\``;
  const [charge] = book.charges[treatment.index] ?? [];
  if (charge) return `is paid for by the budget \`${charge.budget.name}\``;
  const quiet = quietIn(book, placement.channel).find(({ spared }) => !spared.has(action.name));
  if (quiet) return `has to keep the quiet hours \`${quiet.name}\``;
  const holdout = book.experiments.find((experiment) => isHeldOut(experiment, action, placement));
  if (holdout) return `is held out by \`${holdout.name}\``;
  return treatment.policy && barOfPolicy(treatment.policy);
}

/** Quiet hours that are kept in a channel, by whomever. */
export function quietIn({ quietHours }: Rulebook, channel: string): Rulebook['quietHours']['entries'] {
  return quietHours.entries.filter(({ channels }) => channels.has(channel));
}

/** What the request itself says is known, and the moment by no customer's clock; whatever else a condition reads would be taken for an unknown customer's. */
function barOfPolicy(policy: Omit<EngagementPolicy, 'valid'>): string | undefined {
  const { eligibility, applicability, suitability } = policy;
  for (const condition of [eligibility, applicability, suitability]) {
    const fact = condition && strayFact(condition);
    if (fact !== undefined) return `asks for \`${fact}\`, which the request does not tell`;
  }
  return undefined;
}

function strayFact({ tree }: Condition): string | undefined {
  for (const { name, kind } of readsOf(tree)) if (kind !== 'context' && kind !== 'now') return name;
  return undefined;
}

function barOfExperiments({ experiments }: Rulebook, action: string): string | undefined {
  const experiment = experiments.find((one) => deals(one, action));
  return experiment && `is part of the experiment \`${experiment.name}\``;
}

function deals(experiment: Experiment, action: string): boolean {
  if (experiment.kind === 'treatments') return experiment.action === action;
  if (experiment.kind !== 'actions') return false;
  return [...experiment.lists.open.values()].some((listed) => listed.includes(action));
}

function isHeldOut(experiment: Experiment, { name, group }: Action, { name: placement, channel }: Placement) {
  if (experiment.kind !== 'holdout') return false;
  const { channels, placements, groups, actions } = experiment.match;
  return (
    isListed(channels, channel) &&
    isListed(placements, placement) &&
    isListed(actions, name) &&
    isInGroups(groups, group)
  );
}

function isListed(names: readonly string[], name: string): boolean {
  return names.length === 0 || names.includes(name);
}
