import type { Budget, BudgetPeriod, Channel, Placement, Rulebook } from '../../model/rulebook.ts';
import { formulaText } from '../amount-text.ts';
import type { Change, FieldChange } from './change.ts';
import type { Comparison } from './comparison.ts';
import { lastingGroups } from './diff-policies.ts';
import { type Direction, ofNumbers, ofSets, opposite, together } from './direction.ts';
import { jsonChanges, plainChange, setChange } from './json-changes.ts';
import { comingsAndGoings, fieldsChanged } from './make-change.ts';
import { type Pair, renamed } from './pairing.ts';

/** Budgets, placements and channels: how much there is room for. */

export function diffBudgets(comparison: Comparison): readonly Change[] {
  const { budgets } = comparison;
  return [
    // One that only waits to be named limits nothing: the actions that it pays for tell.
    ...comingsAndGoings(comparison, budgets, {
      of: 'budget',
      topic: 'contacts',
      reach: ({ match }) => (match ? 'fewer' : 'same'),
    }),
    ...budgets.pairs.flatMap(({ name, before, after }) => {
      const form = before.unit === 'cost' && after.unit === 'cost' ? 'millionths' : 'plain';
      const matched = matchFields(comparison, before, after);
      const times = campaignFields(before, after);
      const fields = [
        ...plainChange('unit', before.unit, after.unit),
        ...plainChange('total', before.total, after.total, form),
        ...plainChange('period', before.period, after.period),
        ...times,
        ...plainChange('pace', before.pace, after.pace),
        ...matched,
      ];
      const isComparable = before.unit === after.unit && matched.length + times.length === 0;
      const reach = isComparable ? together(budgetDirections(before, after)) : 'other';
      return fieldsChanged(comparison, { of: 'budget', name, topic: 'contacts', reach }, fields);
    }),
  ];
}

function campaignFields(before: Budget, after: Budget): readonly FieldChange[] {
  return [
    ...plainChange('campaign.from', before.campaign?.from, after.campaign?.from, 'time'),
    ...plainChange('campaign.until', before.campaign?.until, after.campaign?.until, 'time'),
  ];
}

function matchFields({ reading }: Comparison, before: Budget, after: Budget): readonly FieldChange[] {
  const [old, now] = [before.match, after.match];
  const actions = old && renamed(old.actions, reading.actions);
  return [
    ...plainChange('match', extentOf(before), extentOf(after)),
    ...setChange('match.channels', old?.channels ?? [], now?.channels ?? []),
    ...setChange('match.groups', old?.groups ?? [], now?.groups ?? []),
    ...setChange('match.actions', actions ?? [], now?.actions ?? []),
  ];
}

/** Whether it pays for all contacts, for some, or for those alone whose actions name it. */
function extentOf({ match }: Budget): string {
  if (!match) return 'named';
  const isAll = [match.channels, match.groups, match.actions].every(({ length }) => length === 0);
  return isAll ? 'all' : 'some';
}

/** From the shortest on; a campaign lasts as long as it lasts. */
const periods: readonly BudgetPeriod[] = ['hour', 'day', 'week', 'month', 'campaign', 'total'];

/** The same total for a longer period is less, and so is one that is paced. */
function budgetDirections(before: Budget, after: Budget): readonly Direction[] {
  return [
    ofNumbers(before.total, after.total),
    opposite(ofNumbers(periods.indexOf(before.period), periods.indexOf(after.period))),
    opposite(ofNumbers(before.pace ? 1 : 0, after.pace ? 1 : 0)),
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
  const { facts } = comparison.reading.names;
  const channel = plainChange('channel', before.channel, after.channel);
  const room = plainChange('limit', before.limit, after.limit);
  const variety = [
    ...plainChange('duplicates', duplicatesOf(before), duplicatesOf(after)),
    ...plainChange('together', before.together, after.together),
    ...plainChange('diversity.by', before.diversity?.by, after.diversity?.by),
    ...plainChange('diversity.max', before.diversity?.max, after.diversity?.max),
  ];
  const reach = channel.length > 0 ? 'other' : together(roomDirections(before, after));
  return [
    ...fieldsChanged(comparison, { of, name, topic: 'contacts', reach }, [...channel, ...room, ...variety]),
    ...fieldsChanged(comparison, { of, name, topic: 'ranking' }, [
      ...setChange('without', [...before.without], [...after.without]),
      ...plainChange('rankBy', rankOf(before), rankOf(after)),
      ...plainChange('formula', formulaText(before.formula, facts), formulaText(after.formula)),
    ]),
    ...fieldsChanged(
      comparison,
      { of, name, topic: 'content' },
      jsonChanges(before.fallback?.source, after.fallback?.source, 'fallback'),
    ),
  ];
}

function duplicatesOf({ allowsDuplicates }: Placement): string {
  return allowsDuplicates ? 'allow' : 'never';
}

function rankOf({ ranksByUplift }: Placement): string {
  return ranksByUplift ? 'uplift' : 'response';
}

function roomDirections(before: Placement, after: Placement): readonly Direction[] {
  return [
    ofNumbers(before.limit, after.limit),
    ofNumbers(Number(before.allowsDuplicates), Number(after.allowsDuplicates)),
    ofBonds(before.together, after.together),
    before.diversity?.by === after.diversity?.by
      ? ofNumbers(before.diversity?.max ?? 0, after.diversity?.max ?? 0)
      : ofBonds(before.diversity?.by, after.diversity?.by),
  ];
}

/** What has to go together with something else goes less often. */
function ofBonds(before: string | undefined, after: string | undefined): Direction {
  if (before === after) return 'same';
  if (before === undefined) return 'fewer';
  return after === undefined ? 'more' : 'other';
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
    ...channels.pairs.flatMap(({ name, before, after }) =>
      fieldsChanged(
        comparison,
        { of: 'channel', name, topic: 'learning' },
        plainChange('views', viewsOf(before), viewsOf(after)),
      ),
    ),
  ];
}

function consentOf({ consentPerChannel }: Channel): string | undefined {
  return consentPerChannel ? 'per-channel' : undefined;
}

function viewsOf({ needsView }: Channel): string | undefined {
  return needsView ? 'required' : undefined;
}

/** Settings of the whole book that are one value each. */
export function diffSettings(comparison: Comparison): readonly Change[] {
  const { before, after } = comparison;
  return [
    ...fieldsChanged(
      comparison,
      { of: 'setting', name: 'currency', topic: 'ranking' },
      plainChange('', before.currency, after.currency),
    ),
    ...fieldsChanged(
      comparison,
      { of: 'setting', name: 'privacy', topic: 'content' },
      setChange('personal', placesIn(before), placesIn(after)),
    ),
    ...diffLearning(comparison),
    ...diffDegraded(comparison),
  ];
}

/** What models go by changes what they say, and new ones begin to learn; the share cap bears on what is shown. */
function diffLearning(comparison: Comparison): readonly Change[] {
  const { before, after, reading } = comparison;
  const [was, is] = [before.learning, after.learning];
  const facts = renamed(
    was.predictors.map(({ name }) => name),
    reading.names.facts,
  );
  const learning = { of: 'setting', name: 'learning' } as const;
  return [
    ...fieldsChanged(comparison, { ...learning, topic: 'learning' }, [
      ...setChange(
        'predictors',
        facts,
        is.predictors.map(({ name }) => name),
      ),
      ...plainChange('link', was.link, is.link),
      ...plainChange('signals', was.signals, is.signals),
    ]),
    ...fieldsChanged(comparison, { ...learning, topic: 'ranking' }, [
      ...plainChange('matureAt', was.maturePositives, is.maturePositives),
      ...plainChange('shareCap', was.shareCap, is.shareCap),
    ]),
  ];
}

/** What is shown while the store is away; the bars that other definitions put up are told with those. */
function diffDegraded(comparison: Comparison): readonly Change[] {
  const { reading } = comparison;
  const [before, after] = [comparison.before.degraded, comparison.after.degraded];
  const actions = renamed(before?.actions ?? [], reading.actions);
  const [wasGroups, isGroups] = lastingGroups(comparison, before?.groups ?? [], after?.groups ?? []);
  const directions = [
    before === undefined || after === undefined
      ? ofNumbers(Number(before !== undefined), Number(after !== undefined))
      : opposite(ofNumbers(before.afterMs, after.afterMs)),
    ofSets(actions, after?.actions ?? []),
    ofSets(wasGroups, isGroups),
  ];
  return fieldsChanged(
    comparison,
    { of: 'setting', name: 'degraded', topic: 'contacts', reach: together(directions) },
    [
      ...plainChange('after', before?.afterMs, after?.afterMs, 'duration'),
      ...setChange('actions', actions, after?.actions ?? []),
      ...setChange('groups', wasGroups, isGroups),
    ],
  );
}

function placesIn({ privacy }: Rulebook): readonly string[] {
  return privacy.personal.map((place) => place.join('.'));
}
