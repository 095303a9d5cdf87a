import type { ConditionTree, FactOperand, TestNode } from '../../model/condition.ts';
import type { Cursor } from '../cursor.ts';
import { describe, invalid, isMap, type Read, wrongType } from '../shape.ts';
import type { NodePlace } from './compile-condition.ts';
import { reportUnknownChangeFields } from './condition-fields.ts';
import { operandValue, situatedTestOf } from './condition-tree.ts';
import { type OperatorUse, onlyNot } from './read-operator.ts';
import { isSameJson } from './same-json.ts';

/** What a change must be: the sides that are named. `null` stands for nothing being there. */
type Change = Readonly<{ from?: unknown; to?: unknown }>;

const changeable: ReadonlySet<string> = new Set(['feature', 'traits', 'customer']);

/**
 * `{ fact, operator: changed, value }`: compares a fact with what it was right before the event that set off the trigger.
 * Both are read at the moment of the event, so that a window that closed by itself in the meantime is no change.
 */
export function compileChangeTest(
  condition: Readonly<Record<string, unknown>>,
  { use, left }: { readonly use: OperatorUse; readonly left: FactOperand },
  { at, scope }: NodePlace,
): Read<ConditionTree> {
  const isNegated = onlyNot(use, at.at('operator'));
  const change = readChange(condition.value, at.at('value'), use);
  if (isNegated === invalid || change === invalid || !isPossible(left, at, scope)) return invalid;
  const source = scope.facts.resolve(left.read.name);
  if (source === undefined) return invalid;
  const before: FactOperand = {
    ...left,
    slot: scope.facts.internBefore(left.read.name, source),
    read: { name: left.read.name, kind: 'before' },
  };
  return situatedTestOf({
    operator: use.written,
    left,
    right: { literal: condition.value },
    reads: [before.read],
    at,
    test: carryOut(change, { before, after: left, isNegated }),
  });
}

function carryOut(
  change: Change,
  {
    before,
    after,
    isNegated,
  }: { readonly before: FactOperand; readonly after: FactOperand; readonly isNegated: boolean },
): TestNode['test'] {
  const asksFrom = Object.hasOwn(change, 'from');
  const asksTo = Object.hasOwn(change, 'to');
  return (facts) => {
    const was = operandValue(before, facts) ?? null;
    const is = operandValue(after, facts) ?? null;
    const isMet =
      !isSameJson(was, is) &&
      (!asksFrom || isSameJson(was, change.from)) &&
      (!asksTo || isSameJson(is, change.to));
    return isMet !== isNegated;
  };
}

function readChange(value: unknown, at: Cursor, { definition }: OperatorUse): Read<Change> {
  if (value === true) return {};
  const expected = definition.literal?.expected ?? '';
  if (!isMap(value)) return wrongType(at, expected, value);
  if (!reportUnknownChangeFields(value, at)) return invalid;
  if (Object.keys(value).length > 0) return value;
  at.error('NBR_WRONG_VALUE', `${at.label}: expected ${expected}, found ${describe(value)} without either.`);
  return invalid;
}

function isPossible({ read }: FactOperand, at: Cursor, scope: NodePlace['scope']): boolean {
  if (!changeable.has(read.kind)) {
    at.at('fact').error(
      'NBR_WRONG_OPERATOR',
      `${at.label}: expected \`changed\` to ask about a feature, \`traits.*\` or \`customer.*\`, found \`${read.name}\`.`,
    );
    return false;
  }
  if (scope.allowed.kinds.has('before')) return true;
  at.at('operator').error(
    'NBR_FACT_NOT_HERE',
    `${at.label}: found \`changed\`, which looks at what was before an event, expected it only in the \`when\` of a trigger without \`wait\`.`,
  );
  return false;
}
