import type { Action, Rulebook } from '../../model/rulebook.ts';
import type { Change, FieldChange } from './change.ts';
import type { Comparison } from './comparison.ts';
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
    ...fieldsChanged(comparison, { of, name, topic: 'ranking' }, rankingFields(comparison, pair)),
    ...parts.contents.flatMap((fields) => fieldsChanged(comparison, { of, name, topic: 'content' }, fields)),
  ];
}

/** Fields with what their change does to the number of contacts. */
export interface Moved {
  readonly fields: readonly FieldChange[];
  readonly direction: Direction;
}

function contactFields({ reading }: Comparison, { before, after }: Pair<Action>): readonly Moved[] {
  const budgets = renamed(before.budgets, reading.budgets);
  const moved: readonly Moved[] = [
    { fields: plainChange('group', before.group, after.group), direction: 'other' },
    { fields: plainChange('purpose', before.purpose, after.purpose), direction: ofPurposes(before, after) },
    { fields: validityFields(before, after), direction: ofValidities(before, after) },
    {
      fields: setChange('budgets', budgets, after.budgets),
      direction: opposite(ofSets(budgets, after.budgets)),
    },
  ];
  return moved.filter(({ fields }) => fields.length > 0);
}

/** Without a purpose no permission is asked for. */
function ofPurposes({ purpose: before }: Action, { purpose: after }: Action): Direction {
  if (before === undefined) return 'fewer';
  return after === undefined ? 'more' : 'other';
}

function validityFields({ valid: before }: Action, { valid: after }: Action): readonly FieldChange[] {
  return [
    ...plainChange('valid.from', before.from, after.from, 'time'),
    ...plainChange('valid.until', before.until, after.until, 'time'),
  ];
}

function ofValidities({ valid: before }: Action, { valid: after }: Action): Direction {
  const longer = after.from < before.from || after.until > before.until;
  const shorter = after.from > before.from || after.until < before.until;
  if (longer && shorter) return 'other';
  return longer ? 'more' : 'fewer';
}

function rankingFields(
  { before: old, after: book }: Comparison,
  { before, after }: Pair<Action>,
): readonly FieldChange[] {
  const channels = new Set([...Object.keys(before.cost), ...Object.keys(after.cost)]);
  const follows = isBooksOwn(before, old) && isBooksOwn(after, book);
  return [
    ...plainChange('value', before.value, after.value),
    ...[...channels].flatMap((channel) =>
      plainChange(`cost.${channel}`, before.cost[channel] ?? 0, after.cost[channel] ?? 0),
    ),
    ...plainChange('lever', before.lever, after.lever),
    ...(follows ? [] : plainChange('prior', { ...before.prior }, { ...after.prior })),
  ];
}

/** An action without a prior of its own has the book's, whose change is told there. */
function isBooksOwn({ prior }: Action, { arbitration }: Rulebook): boolean {
  return prior === arbitration.prior;
}
