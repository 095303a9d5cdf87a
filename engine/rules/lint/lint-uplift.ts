import { isInGroups } from '../../customer/outcomes.ts';
import { isHeld } from '../../decide/arms.ts';
import type { Placement, Rulebook } from '../../model/rulebook.ts';
import type { LintedBook } from './linted-book.ts';

/** Placements that rank by what actions add: whether that can ever be known, and whether like is compared with like. */
export function lintUplift({ rulebook, drafts, warn }: LintedBook): void {
  for (const { name, at } of drafts.placements.drafts) {
    const placement = rulebook.placements.get(name);
    if (!placement?.ranksByUplift) continue;
    const where = { at: at.at('rankBy') };
    if (!isTried(placement, rulebook)) {
      warn({
        ...where,
        code: 'NBR_UPLIFT_UNKNOWN',
        message: `the placement \`${name}\`: found \`rankBy: uplift\`, expected a hold-out that speaks of it, or an exploration that weighs; as it is, nobody is ever shown nothing by chance, and it ranks by response.`,
        hint: 'Write a `holdout`, or `exploration: {}` in `arbitration`.',
      });
    }
    const fault = misfitOf(placement, rulebook);
    if (fault === undefined) continue;
    warn({
      ...where,
      code: 'NBR_UPLIFT_INCOMPARABLE',
      message: `the placement \`${name}\`: ${fault}`,
      hint: 'Tell of the conversion in one rule of `outcomes`, without `decision`, for all actions that may stand here.',
    });
  }
}

/** Whether anybody is shown nothing there by chance. */
function isTried(placement: Placement, { arbitration, experiments }: Rulebook): boolean {
  if (arbitration.exploration.kind === 'weighed' && placement.together === undefined) return true;
  return experiments.some(
    (experiment) =>
      experiment.kind === 'holdout' &&
      experiment.shares.some(({ arm, share }) => arm === 'holdout' && share > 0) &&
      placement.candidates.some(({ action }) => isHeld(experiment, action, placement)),
  );
}

/** Why conversions with an action and without any are not counted alike; undefined: they are. */
function misfitOf(placement: Placement, rulebook: Rulebook): string | undefined {
  if (rulebook.channels.get(placement.channel)?.needsView) {
    return 'found `views: required` at its channel, expected every contact to be a trial; what was not shown is viewed by nobody.';
  }
  const rules = rulebook.conversionRules.filter(
    ({ channels }) => channels.length === 0 || channels.includes(placement.channel),
  );
  const byTime = rules.filter(({ decisionAt }) => decisionAt === undefined);
  if (byTime.length === 0) {
    return 'expected an outcome `conversion` that is told of without naming a decision, found none; where nothing was shown there is no decision to name.';
  }
  const told = placement.candidates.flatMap(({ action, treatments }) =>
    treatments.length === 0 ? [] : [rules.filter((rule) => concerns(rule, action)).map(({ name }) => name)],
  );
  const isAlike = told.every((names) => names.join() === told[0]?.join());
  return isAlike
    ? undefined
    : 'expected the same outcomes `conversion` for all actions that may stand here, found that they differ; what happens without any action counts the conversions of all of them.';
}

function concerns(
  { actions, groups }: Rulebook['conversionRules'][number],
  { name, group }: { readonly name: string; readonly group: string },
): boolean {
  return (actions.length === 0 || actions.includes(name)) && isInGroups(groups, group);
}
