import type {
  ContactPolicy,
  ContactWindow,
  Counted,
  OutcomeRest,
  PolicyScope,
  Tallying,
} from '../../model/contact-policy.ts';
import { canonicalJson } from '../../model/json.ts';
import type { Change, FieldChange } from './change.ts';
import type { Comparison } from './comparison.ts';
import { renamedTreatments } from './content-keys.ts';
import { type Direction, ofFilters, ofNumbers, ofSets, opposite, together } from './direction.ts';
import { jsonChanges, plainChange, setChange } from './json-changes.ts';
import { comingsAndGoings, fieldsChanged } from './make-change.ts';
import { type Pair, renamed } from './pairing.ts';
import { policySettings, relatedActions, windowSettings } from './policy-settings.ts';

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
      // Which of several actions has the place depends on which there are.
      const ofMatch = match.map(({ direction }) => (pair.after.kind === 'exclusive' ? 'other' : direction));
      const reach = together([...scalarDirections(comparison, pair), ...ofMatch]);
      const fields = [...scalarFields(comparison, pair), ...match.flatMap(({ fields }) => fields)];
      return fieldsChanged(comparison, { of: 'policy', name: pair.name, topic: 'contacts', reach }, fields);
    }),
  ];
}

function scalarFields(
  comparison: Comparison,
  { before, after }: Pair<ContactPolicy>,
): readonly FieldChange[] {
  const [old, now] = [policySettings(before, comparison), policySettings(after)];
  const fields = new Set([...Object.keys(old), ...Object.keys(now)]);
  return [
    ...plainChange('kind', before.kind, after.kind),
    ...[...fields].flatMap((field) => {
      const [one, other] = [old[field], now[field]];
      const isTime = typeof (one ?? other) === 'number' && durations.has(field);
      return isTime && typeof (other ?? one) === 'number'
        ? plainChange(field, one, other, 'duration')
        : jsonChanges(one, other, field);
    }),
  ];
}

/** Fields whose numbers are milliseconds. */
const durations: ReadonlySet<string> = new Set([
  'within',
  'pause',
  'rest',
  'reserve',
  'after.within',
  'exclusive.within',
  'notAfter.within',
]);

/** What the settings do to the number of contacts; where that is not plain, `other`. */
function scalarDirections(
  comparison: Comparison,
  { before, after }: Pair<ContactPolicy>,
): readonly Direction[] {
  if (before.kind === 'cap' && after.kind === 'cap') {
    return [
      ofNumbers(before.limit, after.limit),
      ofWindows(before.window, after.window, comparison),
      ...ofCounting(before, after),
    ];
  }
  if (before.kind === 'cool-down' && after.kind === 'cool-down') {
    return [opposite(ofNumbers(before.pauseMs, after.pauseMs)), ...ofCounting(before, after)];
  }
  if (before.kind === 'rest' && after.kind === 'rest') return ofRests(before, after);
  if (before.kind === 'not-after' && after.kind === 'not-after') {
    return [
      opposite(ofNumbers(before.withinMs, after.withinMs)),
      opposite(ofSets(relatedActions(before, comparison), after.after.actions)),
      opposite(ofSets(before.after.groups, after.after.groups)),
      ...ofCounting(before, after),
    ];
  }
  if (before.kind === 'forbid' && after.kind === 'forbid') return [];
  return [before.kind !== after.kind || isOther(comparison, before, after) ? 'other' : 'same'];
}

/** Whether other hours, or another exclusive choice, follow from the settings. */
function isOther(comparison: Comparison, before: ContactPolicy, after: ContactPolicy): boolean {
  return scalarFields(comparison, { name: after.name, from: before.name, before, after }).length > 0;
}

function ofCounting(before: Tallying, after: Tallying): readonly Direction[] {
  return [
    ofScopes(before.scope, after.scope),
    ofCounts(before.counts, after.counts),
    opposite(ofNumbers(before.reserveMs ?? 0, after.reserveMs ?? 0)),
  ];
}

function ofRests(before: OutcomeRest, after: OutcomeRest): readonly Direction[] {
  return [
    ofScopes(before.scope, after.scope),
    opposite(ofNumbers(before.restMs, after.restMs)),
    ofNumbers(before.after.times, after.after.times),
    opposite(ofNumbers(before.after.withinMs, after.after.withinMs)),
    before.after.outcome === after.after.outcome ? 'same' : 'other',
  ];
}

/** `ever` holds every contact that any other window does. */
function ofWindows(before: ContactWindow, after: ContactWindow, comparison: Comparison): Direction {
  if (before.kind === 'rolling' && after.kind === 'rolling') return opposite(ofNumbers(before.ms, after.ms));
  const [one, other] = [windowSettings(before, comparison), windowSettings(after, undefined)];
  if (canonicalJson(one) === canonicalJson(other)) return 'same';
  if (after.kind === 'ever') return 'fewer';
  return before.kind === 'ever' ? 'more' : 'other';
}

/** Every scope with the coarser ones it lies within: what one action gets, its group gets. */
const within: Readonly<Record<PolicyScope, readonly PolicyScope[]>> = {
  customer: [],
  channel: ['customer'],
  placement: ['channel', 'customer'],
  issue: ['customer'],
  group: ['issue', 'customer'],
  action: ['group', 'issue', 'customer'],
  treatment: ['action', 'group', 'issue', 'channel', 'customer'],
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
function ofCounts(before: Counted, after: Counted): Direction {
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
    ['match.treatments', renamedTreatments(before.match.treatments, reading), after.match.treatments],
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
