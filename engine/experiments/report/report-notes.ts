import type { GatheredExperiment } from './gather-experiments.ts';

/** What the figures of an experiment rest on, and what is missing from them, in sentences. */
export function notesOf(gathered: GatheredExperiment): readonly string[] {
  return [
    ...goalNotes(gathered),
    ...beforeNotes(gathered),
    ...mergeNotes(gathered),
    ...missingNotes(gathered),
    ...challengerNotes(gathered),
    ...modelControlNotes(gathered),
  ];
}

function goalNotes({ goal }: GatheredExperiment): readonly string[] {
  if (goal.source === 'none') return [];
  const what =
    goal.source === 'events'
      ? `Counted are events by the rules ${named(goal.rules)}, in every arm and whether or not something was shown before`
      : 'Counted are conversions that were reported for a decision';
  const since = 'from the first decision on that might have come out otherwise in another arm';
  return [
    `${what}, ${since}.`,
    ...(goal.worth === 'unknown'
      ? [
          'Value is not told: the actions are worth different amounts. Name the place of the amount with --value.',
        ]
      : []),
    ...(goal.worth === 'fixed' ? ["A conversion is worth the actions' own value."] : []),
    ...(goal.worth !== 'unknown' ? ['Costs of contacts are not taken off.'] : []),
  ];
}

function beforeNotes({ knowsBefore }: GatheredExperiment): readonly string[] {
  return [
    knowsBefore
      ? 'Chance is taken out by how active a customer was before, where that helps (CUPED).'
      : 'What customers did before is left out (no CUPED): the experiment is older than the period that was read.',
  ];
}

function mergeNotes({ arms }: GatheredExperiment): readonly string[] {
  const moved = arms.reduce((sum, { metOtherArm }) => sum + metOtherArm, 0);
  if (moved === 0) return [];
  const by = arms.map(({ arm, metOtherArm }) => `${arm} ${metOtherArm}`).join(', ');
  return [
    `${counted(moved, 'customer')} met a second arm, because two customers turned out to be one (${by}). They count in their ` +
      'first arm, which makes the effect look smaller, never larger.',
  ];
}

function missingNotes({
  dealtOtherwise,
  reportsLeftOut,
  withoutAmount,
  lost,
  goal,
}: GatheredExperiment): readonly string[] {
  return [
    ...(dealtOtherwise > 0
      ? [
          `${counted(dealtOtherwise, 'decision')} under an earlier deal of the experiment (other shares or salt) left out.`,
        ]
      : []),
    ...(reportsLeftOut > 0
      ? [`${counted(reportsLeftOut, 'reported conversion')} left out: ${whyLeftOut(goal.source)}.`]
      : []),
    ...(withoutAmount > 0 && goal.worth !== 'unknown'
      ? [`${counted(withoutAmount, 'conversion')} without an amount, which count nothing towards the value.`]
      : []),
    ...(lost > 0 ? [`${counted(lost, 'conversion')} of customers with very many left out.`] : []),
  ];
}

function whyLeftOut(source: GatheredExperiment['goal']['source']): string {
  return source === 'events'
    ? 'events tell of conversions, and one purchase must not count twice'
    : 'in an arm that goes without nobody can have one';
}

function challengerNotes({ experiment }: GatheredExperiment): readonly string[] {
  if (experiment.kind !== 'challenger') return [];
  return ["Customers in an earlier challenger's arm take no part."];
}

function modelControlNotes({ experiment }: GatheredExperiment): readonly string[] {
  if (experiment.kind !== 'modelControl') return [];
  return ['In the control chance chose among all that eligibility, consent, caps and budgets had left.'];
}

function named(rules: readonly string[]): string {
  return rules.join(', ');
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
