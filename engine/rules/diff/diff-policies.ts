import type { ContactPolicy, PolicyScope } from '../../model/rulebook.ts';
import type { Change, FieldChange } from './change.ts';
import type { Comparison } from './comparison.ts';
import { type Direction, ofFilters, ofNumbers, opposite, together } from './direction.ts';
import { plainChange, setChange } from './json-changes.ts';
import { comingsAndGoings, fieldsChanged } from './make-change.ts';
import { type Pair, renamed } from './pairing.ts';

/**
 * Contact policies. A cap that speaks of fewer contacts, counts them apart more finely or over a shorter time allows
 * every contact that it allowed before: it is looser, and more contacts follow.
 */
export function diffPolicies(comparison: Comparison): readonly Change[] {
  const { policies } = comparison;
  return [
    ...comingsAndGoings(comparison, policies, { of: 'policy', topic: 'contacts', reach: () => 'fewer' }),
    ...policies.pairs.flatMap((pair) => {
      const match = matchOf(comparison, pair);
      const reach = together([...scalarDirections(pair), ...match.map(({ direction }) => direction)]);
      const fields = [...scalarFields(pair), ...match.flatMap(({ fields }) => fields)];
      return fieldsChanged(comparison, { of: 'policy', name: pair.name, topic: 'contacts', reach }, fields);
    }),
  ];
}

function scalarFields({ before, after }: Pair<ContactPolicy>): readonly FieldChange[] {
  return [
    ...plainChange('limit', before.limit, after.limit),
    ...plainChange('within', before.windowMs, after.windowMs, 'duration'),
    ...plainChange('scope', before.scope, after.scope),
    ...plainChange('counts', before.counts, after.counts),
  ];
}

function scalarDirections({ before, after }: Pair<ContactPolicy>): readonly Direction[] {
  return [
    ofNumbers(before.limit, after.limit),
    opposite(ofNumbers(before.windowMs, after.windowMs)),
    ofScopes(before.scope, after.scope),
    ofCounts(before.counts, after.counts),
  ];
}

/** Every scope with the coarser ones it lies within: what one action gets, its group gets. */
const within: Readonly<Record<PolicyScope, readonly PolicyScope[]>> = {
  customer: [],
  channel: ['customer'],
  placement: ['channel', 'customer'],
  group: ['customer'],
  action: ['group', 'customer'],
  treatment: ['action', 'group', 'channel', 'customer'],
};

function ofScopes(before: PolicyScope, after: PolicyScope): Direction {
  if (before === after) return 'same';
  if (within[after].includes(before)) return 'more';
  return within[before].includes(after) ? 'fewer' : 'other';
}

/**
 * Fewer contacts come to a later state, but they count from then on: a letter that was decided on before the window
 * began may have been opened within it.
 */
function ofCounts(before: ContactPolicy['counts'], after: ContactPolicy['counts']): Direction {
  return before === after ? 'same' : 'other';
}

interface MatchChange {
  readonly fields: readonly FieldChange[];
  readonly direction: Direction;
}

function matchOf(comparison: Comparison, { before, after }: Pair<ContactPolicy>): readonly MatchChange[] {
  const { reading } = comparison;
  const [oldGroups, newGroups] = lastingGroups(comparison, before.match.groups, after.match.groups);
  const filters: readonly (readonly [string, readonly string[], readonly string[]])[] = [
    ['match.channels', before.match.channels, after.match.channels],
    ['match.placements', renamed(before.match.placements, reading.placements), after.match.placements],
    ['match.groups', oldGroups, newGroups],
    ['match.actions', renamed(before.match.actions, reading.actions), after.match.actions],
  ];
  return filters.flatMap(([field, one, other]) => {
    const fields = setChange(field, one, other, 'filter');
    return fields.length === 0 ? [] : [{ fields, direction: opposite(ofFilters(one, other)) }];
  });
}

/** An issue stands for its groups. One whose last action went, or first action came, is told with that action. */
export function lastingGroups(
  { before, after }: Comparison,
  one: readonly string[],
  other: readonly string[],
): readonly [readonly string[], readonly string[]] {
  if (one.length === 0 || other.length === 0) return [one, other];
  const groupsIn = (book: Comparison['before']) =>
    new Set([...book.actions.values()].map(({ group }) => group));
  const [old, now] = [groupsIn(before), groupsIn(after)];
  const lasting = (groups: readonly string[]) => groups.filter((group) => old.has(group) && now.has(group));
  const [was, is] = [lasting(one), lasting(other)];
  // An empty list would say "all".
  return was.length === 0 || is.length === 0 ? [one, other] : [was, is];
}
