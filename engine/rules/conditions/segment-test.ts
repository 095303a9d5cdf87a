import type { ConditionTree } from '../../model/condition.ts';
import type { Cursor } from '../cursor.ts';
import { invalid, type Read, wrongType, wrongValue } from '../shape.ts';
import type { NodePlace } from './compile-condition.ts';
import { anyOf, notOf } from './condition-tree.ts';
import { compileUse } from './named-use.ts';
import { type OperatorUse, onlyNot } from './read-operator.ts';

/**
 * `{ fact: customer, operator: inSegment, value }`: the conditions of the segments take the place of the comparison. So
 * membership is never out of date, and the tools see what a segment comes to.
 */
export function compileSegmentTest(
  condition: Readonly<Record<string, unknown>>,
  use: OperatorUse,
  { at, scope }: NodePlace,
): Read<ConditionTree> {
  const isNegated = onlyNot(use, at.at('operator'));
  const asksCustomer = checkSubject(condition, at);
  const names = readNames(condition.value, at.at('value'), use);
  if (isNegated === invalid || !asksCustomer || names === invalid) return invalid;
  const trees: ConditionTree[] = [];
  for (const { name, place } of names) {
    const tree = compileUse('segment', name, { at: place, scope });
    if (tree !== invalid) trees.push(tree);
  }
  const [only, ...others] = trees;
  if (only === undefined || trees.length < names.length) return invalid;
  const member = others.length === 0 ? only : anyOf(trees, at);
  return isNegated ? notOf(member, at) : member;
}

function checkSubject(condition: Readonly<Record<string, unknown>>, at: Cursor): boolean {
  if (condition.fact === 'customer' && !Object.hasOwn(condition, 'path')) return true;
  const found = Object.hasOwn(condition, 'path') ? 'a path' : `\`${String(condition.fact)}\``;
  at.at(condition.fact === 'customer' ? 'path' : 'fact').error(
    'NBR_WRONG_OPERATOR',
    `${at.label}: expected \`inSegment\` to ask about \`customer\`, found ${found}.`,
    'Write `{ fact: customer, operator: inSegment, value: name-of-the-segment }`.',
  );
  return false;
}

interface SegmentName {
  readonly name: string;
  readonly place: Cursor;
}

function readNames(value: unknown, at: Cursor, { definition }: OperatorUse): Read<readonly SegmentName[]> {
  const expected = definition.literal?.expected ?? '';
  if (!Array.isArray(value)) {
    return typeof value === 'string' ? [{ name: value, place: at }] : wrongType(at, expected, value);
  }
  if (value.length === 0) return wrongValue(at, 'at least one segment in the list', value);
  const names: SegmentName[] = [];
  for (const [index, name] of value.entries()) {
    const place = at.at(index);
    if (typeof name === 'string') names.push({ name, place });
    else wrongType(place, 'text with the name of a segment', name);
  }
  return names.length === value.length ? names : invalid;
}
