import type { Json } from '../../model/json.ts';
import type { Action, Rulebook } from '../../model/rulebook.ts';
import { amountText } from '../amount-text.ts';
import type { Change, FieldChange } from './change.ts';
import type { Comparison } from './comparison.ts';
import { ofPurposes, ofValidities, validityFields } from './diff-hierarchy.ts';
import { diffTreatments, placementsOf } from './diff-treatments.ts';
import { type Direction, ofSets, opposite, together } from './direction.ts';
import { plainChange, setChange } from './json-changes.ts';
import { comingsAndGoings, fieldsChanged } from './make-change.ts';
import { type Pair, renamed } from './pairing.ts';

/** Actions, but for their conditions. */
export function diffActions(comparison: Comparison): readonly Change[] {
  const { actions, before, after } = comparison;
  const moves = comingsAndGoings(comparison, actions, {
    of: 'action',
    topic: 'contacts',
    reach: () => 'more',
  });
  return [
    ...moves.map((move) => withPlacements(move, move.kind === 'removed' ? before : after)),
    ...actions.pairs.flatMap((pair) => diffAction(comparison, pair)),
  ];
}

function withPlacements(change: Change, book: Rulebook): Change {
  if (change.kind !== 'added' && change.kind !== 'removed') return change;
  const action = book.actions.get(change.name);
  return action ? { ...change, placements: placementsOf(book, action.treatments) } : change;
}

function diffAction(comparison: Comparison, pair: Pair<Action>): readonly Change[] {
  const { name } = pair;
  const parts = diffTreatments(comparison, pair);
  const contacts = [...contactFields(comparison, pair), ...parts.reached];
  const reach = together(contacts.map(({ direction }) => direction));
  const of = 'action';
  return [
    ...fieldsChanged(
      comparison,
      { of, name, topic: 'contacts', reach },
      contacts.flatMap(({ fields }) => fields),
    ),
    ...fieldsChanged(comparison, { of, name, topic: 'ranking' }, [
      ...rankingFields(comparison, pair),
      ...parts.worths,
    ]),
    ...parts.contents.flatMap((fields) => fieldsChanged(comparison, { of, name, topic: 'content' }, fields)),
  ];
}

/** As it is written; the policies under their new names. */
function mandatoryText(
  mandatory: Action['mandatory'],
  renames: ReadonlyMap<string, string> = new Map(),
): Json | undefined {
  if (!mandatory) return undefined;
  const { overrides } = mandatory;
  if (overrides === 'all') return { overrides };
  return overrides.length === 0 ? true : { overrides: [...renamed(overrides, renames)].sort() };
}

/** Fields with what their change does to the number of contacts. */
export interface Moved {
  readonly fields: readonly FieldChange[];
  readonly direction: Direction;
}

function contactFields(comparison: Comparison, { before, after }: Pair<Action>): readonly Moved[] {
  const { reading, policies } = comparison;
  const budgets = renamed(before.budgets, reading.budgets);
  const moved: readonly Moved[] = [
    { fields: plainChange('group', before.group, after.group), direction: 'other' },
    {
      fields: plainChange('purpose', before.own.purpose, after.own.purpose),
      direction: ofPurposes(before.own, after.own),
    },
    {
      fields: validityFields(before.own.valid, after.own.valid),
      direction: ofValidities(before.own.valid, after.own.valid),
    },
    {
      fields: setChange('budgets', budgets, after.budgets),
      direction: opposite(ofSets(budgets, after.budgets)),
    },
    {
      fields: plainChange(
        'mandatory',
        mandatoryText(before.mandatory, policies.renames),
        mandatoryText(after.mandatory),
      ),
      direction: 'other',
    },
  ];
  return moved.filter(({ fields }) => fields.length > 0);
}

function rankingFields(
  { before: old, after: book, reading }: Comparison,
  { before, after }: Pair<Action>,
): readonly FieldChange[] {
  const { facts } = reading.names;
  const channels = new Set([...Object.keys(before.cost), ...Object.keys(after.cost)]);
  const follows = isBooksOwn(before, old) && isBooksOwn(after, book);
  return [
    ...plainChange('value', amountText(before.value, facts), amountText(after.value)),
    ...[...channels].flatMap((channel) =>
      plainChange(
        `cost.${channel}`,
        amountText(before.cost[channel] ?? 0, facts),
        amountText(after.cost[channel] ?? 0),
      ),
    ),
    ...plainChange('lever', before.lever, after.lever),
    ...(follows ? [] : plainChange('prior', { ...before.prior }, { ...after.prior })),
  ];
}

/** An action without a prior of its own has the book's, whose change is told there. */
function isBooksOwn({ prior }: Action, { arbitration }: Rulebook): boolean {
  return prior === arbitration.prior;
}
