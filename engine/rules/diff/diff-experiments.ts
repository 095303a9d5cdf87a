import type { Experiment, HoldoutExperiment } from '../../model/experiment.ts';
import type { Rulebook } from '../../model/rulebook.ts';
import type { Change, FieldChange } from './change.ts';
import type { Comparison } from './comparison.ts';
import { ofValidities, validityFields } from './diff-hierarchy.ts';
import { type Direction, ofFilters, ofNumbers, opposite, together } from './direction.ts';
import { plainChange, setChange } from './json-changes.ts';
import { definitionAdded, definitionRemoved, fieldsChanged } from './make-change.ts';
import { type Pair, renamed } from './pairing.ts';

/** Experiments, the universal hold-out among them. A new name deals the customers anew, so it is another experiment. */
export function diffExperiments(comparison: Comparison): readonly Change[] {
  const before = namedIn(comparison.before);
  const after = namedIn(comparison.after);
  const names = new Set([...before.keys(), ...after.keys()]);
  return [
    ...diffHoldout(comparison),
    ...[...names].flatMap((name) => diffExperiment(comparison, name, [before.get(name), after.get(name)])),
  ];
}

function namedIn({ experiments, places }: Rulebook): ReadonlyMap<string, Experiment> {
  const named = experiments.filter(({ name }) => places.named.experiment.has(name));
  return new Map(named.map((experiment) => [experiment.name, experiment]));
}

function diffExperiment(
  comparison: Comparison,
  name: string,
  [before, after]: readonly [Experiment | undefined, Experiment | undefined],
): readonly Change[] {
  const what = { of: 'experiment', name, topic: 'contacts' } as const;
  if (before && after && before.kind === after.kind) {
    const reach = reachOf(before, after);
    return fieldsChanged(
      comparison,
      { ...what, reach },
      fieldsOf(comparison, { name, from: name, before, after }),
    );
  }
  return [
    ...(before ? [definitionRemoved(comparison, { ...what, reach: opposite(reachIfAdded(before)) })] : []),
    ...(after ? [definitionAdded(comparison, { ...what, reach: reachIfAdded(after) })] : []),
  ];
}

function reachIfAdded({ kind }: Experiment): Direction {
  return kind === 'holdout' ? 'fewer' : 'other';
}

function reachOf(before: Experiment, after: Experiment): Direction {
  if (before.kind !== 'holdout' || after.kind !== 'holdout' || before.salt !== after.salt) return 'other';
  const { match: one } = before;
  const { match: other } = after;
  return together([
    opposite(ofNumbers(shareOf(before), shareOf(after))),
    opposite(ofValidities(before.valid, after.valid)),
    ...(['channels', 'placements', 'groups', 'actions'] as const).map((list) =>
      opposite(ofFilters(one[list], other[list])),
    ),
  ]);
}

function fieldsOf({ reading }: Comparison, { before, after }: Pair<Experiment>): readonly FieldChange[] {
  return [
    ...kindFields(before, after, reading),
    ...saltField(before, after),
    ...validityFields(before.valid, after.valid),
  ];
}

function kindFields(
  before: Experiment,
  after: Experiment,
  { placements, actions }: Comparison['reading'],
): readonly FieldChange[] {
  if (before.kind === 'holdout' && after.kind === 'holdout') {
    const { match: one } = before;
    const { match: other } = after;
    return [
      ...plainChange('holdout.share', shareOf(before), shareOf(after)),
      ...setChange('holdout.match.channels', one.channels, other.channels, 'filter'),
      ...setChange(
        'holdout.match.placements',
        renamed(one.placements, placements),
        other.placements,
        'filter',
      ),
      ...setChange('holdout.match.groups', one.groups, other.groups, 'filter'),
      ...setChange('holdout.match.actions', renamed(one.actions, actions), other.actions, 'filter'),
    ];
  }
  if (before.kind === 'treatments' && after.kind === 'treatments') {
    const action = renamed([before.action], actions)[0];
    return [
      ...plainChange('treatments.action', action, after.action),
      ...armFields('treatments', before, after, new Map()),
    ];
  }
  if (before.kind === 'actions' && after.kind === 'actions') {
    return armFields('actions', before, after, actions);
  }
  if (before.kind === 'challenger' && after.kind === 'challenger') {
    return [
      ...plainChange('challenger.name', before.challenger, after.challenger),
      ...plainChange('challenger.share', shareOf(before), shareOf(after)),
    ];
  }
  if (before.kind === 'modelControl' && after.kind === 'modelControl') {
    return plainChange('modelControl.share', shareOf(before), shareOf(after));
  }
  return [];
}

type ArmsExperiment = Extract<Experiment, { readonly kind: 'treatments' | 'actions' }>;

function armFields(
  field: string,
  before: ArmsExperiment,
  after: ArmsExperiment,
  names: ReadonlyMap<string, string>,
): readonly FieldChange[] {
  const arms = new Set([...before.lists.open.keys(), ...after.lists.open.keys()]);
  const lists = [...arms].flatMap((arm) => {
    const was = before.lists.open.get(arm);
    const is = after.lists.open.get(arm);
    return plainChange(`${field}.arms.${arm}`, was && [...renamed(was, names)].sort(), is && [...is].sort());
  });
  return [...lists, ...plainChange(`${field}.weights`, sharesOf(before), sharesOf(after))];
}

/** By arm, as parts of 1. */
function sharesOf({ shares }: Experiment): Readonly<Record<string, number>> {
  return Object.fromEntries(shares.map(({ arm, share }) => [arm, share]));
}

/** Of an experiment with two arms, that of the first one written. */
function shareOf({ shares }: Experiment): number {
  return shares[0]?.share ?? 0;
}

function saltField(before: Experiment, after: Experiment): readonly FieldChange[] {
  const isDefault = before.salt === before.name && after.salt === after.name;
  return isDefault ? [] : plainChange('salt', before.salt, after.salt);
}

function diffHoldout(comparison: Comparison): readonly Change[] {
  const before = universalOf(comparison.before);
  const after = universalOf(comparison.after);
  const what = { of: 'holdout', topic: 'contacts' } as const;
  if (!before && !after) return [];
  if (!before) return [definitionAdded(comparison, { ...what, name: after?.name ?? '', reach: 'fewer' })];
  if (!after) return [definitionRemoved(comparison, { ...what, name: before.name, reach: 'more' })];
  const drawn = [...plainChange('name', before.name, after.name), ...saltField(before, after)];
  const reach = drawn.length > 0 ? 'other' : opposite(ofNumbers(shareOf(before), shareOf(after)));
  const fields = [...plainChange('share', shareOf(before), shareOf(after)), ...drawn];
  return fieldsChanged(comparison, { ...what, name: after.name, reach }, fields);
}

/** The one that is no definition by name but a setting of the book. */
function universalOf({ experiments, places }: Rulebook): HoldoutExperiment | undefined {
  return experiments.find(
    (experiment): experiment is HoldoutExperiment =>
      experiment.kind === 'holdout' && !places.named.experiment.has(experiment.name),
  );
}
