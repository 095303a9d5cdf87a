import type { Budget, BudgetPeriod, Channel, Holdout, Placement, Rulebook } from '../../model/rulebook.ts';
import type { Change, FieldChange } from './change.ts';
import type { Comparison } from './comparison.ts';
import { type Direction, ofNumbers, opposite, together } from './direction.ts';
import { jsonChanges, plainChange, setChange } from './json-changes.ts';
import { comingsAndGoings, definitionAdded, definitionRemoved, fieldsChanged } from './make-change.ts';
import type { Pair } from './pairing.ts';

/** Budgets, placements, channels and the hold-out: how much there is room for. */

export function diffBudgets(comparison: Comparison): readonly Change[] {
  const { budgets } = comparison;
  return [
    // A budget alone limits nothing: the actions that it pays for tell.
    ...comingsAndGoings(comparison, budgets, { of: 'budget', topic: 'contacts' }),
    ...budgets.pairs.flatMap(({ name, before, after }) => {
      const form = before.unit === 'cost' && after.unit === 'cost' ? 'millionths' : 'plain';
      const fields = [
        ...plainChange('unit', before.unit, after.unit),
        ...plainChange('total', before.total, after.total, form),
        ...plainChange('period', before.period, after.period),
      ];
      const reach = before.unit === after.unit ? together(budgetDirections(before, after)) : 'other';
      return fieldsChanged(comparison, { of: 'budget', name, topic: 'contacts', reach }, fields);
    }),
  ];
}

const periods: readonly BudgetPeriod[] = ['hour', 'day', 'week', 'total'];

/** The same total for a longer period is less. */
function budgetDirections(before: Budget, after: Budget): readonly Direction[] {
  return [
    ofNumbers(before.total, after.total),
    opposite(ofNumbers(periods.indexOf(before.period), periods.indexOf(after.period))),
  ];
}

export function diffPlacements(comparison: Comparison): readonly Change[] {
  const { placements } = comparison;
  return [
    ...comingsAndGoings(comparison, placements, { of: 'placement', topic: 'contacts', reach: () => 'more' }),
    ...placements.pairs.flatMap((pair) => diffPlacement(comparison, pair)),
  ];
}

function diffPlacement(comparison: Comparison, { name, before, after }: Pair<Placement>): readonly Change[] {
  const of = 'placement';
  const channel = plainChange('channel', before.channel, after.channel);
  const room = plainChange('limit', before.limit, after.limit);
  const reach = channel.length > 0 ? 'other' : ofNumbers(before.limit, after.limit);
  return [
    ...fieldsChanged(comparison, { of, name, topic: 'contacts', reach }, [...channel, ...room]),
    ...fieldsChanged(
      comparison,
      { of, name, topic: 'ranking' },
      setChange('without', [...before.without], [...after.without]),
    ),
    ...fieldsChanged(
      comparison,
      { of, name, topic: 'content' },
      jsonChanges(before.fallback?.source, after.fallback?.source, 'fallback'),
    ),
  ];
}

export function diffChannels(comparison: Comparison): readonly Change[] {
  const { channels } = comparison;
  return [
    ...comingsAndGoings(comparison, channels, { of: 'channel', topic: 'contacts' }),
    ...channels.pairs.flatMap(({ name, before, after }) =>
      fieldsChanged(comparison, { of: 'channel', name, topic: 'contacts', reach: 'other' }, [
        ...plainChange('direction', before.direction, after.direction),
        ...plainChange('consent', consentOf(before), consentOf(after)),
      ]),
    ),
  ];
}

function consentOf({ consentPerChannel }: Channel): string | undefined {
  return consentPerChannel ? 'per-channel' : undefined;
}

export function diffHoldout(comparison: Comparison): readonly Change[] {
  const { holdout: before } = comparison.before;
  const { holdout: after } = comparison.after;
  const what = { of: 'holdout', topic: 'contacts' } as const;
  if (!before && !after) return [];
  if (!before) return [definitionAdded(comparison, { ...what, name: after?.name ?? '', reach: 'fewer' })];
  if (!after) return [definitionRemoved(comparison, { ...what, name: before.name, reach: 'more' })];
  const drawn = drawFields(before, after);
  const reach = drawn.length > 0 ? 'other' : opposite(ofNumbers(before.share, after.share));
  const fields = [...plainChange('share', before.share, after.share), ...drawn];
  return fieldsChanged(comparison, { ...what, name: after.name, reach }, fields);
}

function drawFields(before: Holdout, after: Holdout): readonly FieldChange[] {
  return [
    ...plainChange('name', before.name, after.name),
    ...(before.salt === before.name && after.salt === after.name
      ? []
      : plainChange('salt', before.salt, after.salt)),
  ];
}

/** Settings of the whole book that are one value each. */
export function diffSettings(comparison: Comparison): readonly Change[] {
  const { before, after } = comparison;
  const zones = plainChange('', before.timeZones.fallback, after.timeZones.fallback);
  return [
    ...fieldsChanged(
      comparison,
      { of: 'setting', name: 'currency', topic: 'ranking' },
      plainChange('', before.currency, after.currency),
    ),
    ...fieldsChanged(
      comparison,
      { of: 'setting', name: 'timeZone', topic: 'contacts', reach: 'other' },
      zones,
    ),
    ...fieldsChanged(
      comparison,
      { of: 'setting', name: 'privacy', topic: 'content' },
      setChange('personal', placesIn(before), placesIn(after)),
    ),
  ];
}

function placesIn({ privacy }: Rulebook): readonly string[] {
  return privacy.personal.map((place) => place.join('.'));
}
