import type { Feature, OutcomeRule, Trigger } from '../../model/rulebook.ts';
import type { Change } from './change.ts';
import type { Comparison } from './comparison.ts';
import { lastingGroups } from './diff-policies.ts';
import { type Direction, ofSets, together } from './direction.ts';
import { plainChange, setChange } from './json-changes.ts';
import { comingsAndGoings, fieldsChanged } from './make-change.ts';
import { type Pair, renamed } from './pairing.ts';

/** What is read from events: triggers, outcomes and features. Conditions on them are compared with all others. */

export function diffTriggers(comparison: Comparison): readonly Change[] {
  const { triggers } = comparison;
  return [
    ...comingsAndGoings(comparison, triggers, { of: 'trigger', topic: 'contacts', reach: () => 'more' }),
    ...triggers.pairs.flatMap((pair) => diffTrigger(comparison, pair)),
  ];
}

function diffTrigger(comparison: Comparison, { name, before, after }: Pair<Trigger>): readonly Change[] {
  const asked = renamed(before.placements, comparison.reading.placements);
  const waits = plainChange('wait', before.waitMs, after.waitMs, 'duration');
  const fields = [
    ...setChange('on', before.events, after.events),
    ...setChange('ask', asked, after.placements),
    ...waits,
  ];
  const reach: Direction =
    waits.length > 0
      ? 'other'
      : together([ofSets(before.events, after.events), ofSets(asked, after.placements)]);
  return fieldsChanged(comparison, { of: 'trigger', name, topic: 'contacts', reach }, fields);
}

export function diffOutcomes(comparison: Comparison): readonly Change[] {
  const { outcomes } = comparison;
  return [
    ...comingsAndGoings(comparison, outcomes, { of: 'outcome', topic: 'learning' }),
    ...outcomes.pairs.flatMap((pair) => diffOutcome(comparison, pair)),
  ];
}

function diffOutcome(comparison: Comparison, { name, before, after }: Pair<OutcomeRule>): readonly Change[] {
  const [was, is] = lastingGroups(comparison, before.groups, after.groups);
  return fieldsChanged(comparison, { of: 'outcome', name, topic: 'learning' }, [
    ...setChange('on', before.events, after.events),
    ...plainChange('outcome', before.outcome, after.outcome),
    ...plainChange('within', before.windowMs, after.windowMs, 'duration'),
    ...setChange('groups', was, is, 'filter'),
    ...setChange('actions', renamed(before.actions, comparison.reading.actions), after.actions, 'filter'),
    ...setChange('channels', before.channels, after.channels, 'filter'),
    ...plainChange('decision', before.decisionAt?.join('.'), after.decisionAt?.join('.')),
  ]);
}

export function diffFeatures(comparison: Comparison): readonly Change[] {
  const { features } = comparison;
  return [
    ...comingsAndGoings(comparison, features, { of: 'feature', topic: 'learning' }),
    ...features.pairs.flatMap(({ name, before, after }) =>
      fieldsChanged(comparison, { of: 'feature', name, topic: 'learning' }, featureFields(before, after)),
    ),
  ];
}

export function featureFields(before: Feature, after: Feature) {
  const isRecency = before.kind === 'recency' && after.kind === 'recency';
  return [
    ...plainChange('kind', before.kind, after.kind),
    ...setChange(after.kind, before.events, after.events),
    ...plainChange('of', before.of?.join('.'), after.of?.join('.')),
    ...plainChange('within', before.windowMs, after.windowMs, 'duration'),
    ...plainChange('exact', before.exact, after.exact),
    ...(isRecency ? plainChange('unit', before.unitMs, after.unitMs, 'duration') : []),
  ];
}
