import { limits } from '../../limits.ts';
import type { Condition, ConditionTree } from '../../model/condition.ts';
import type { Json } from '../../model/json.ts';
import type { Libraries } from '../../ports.ts';
import type { Cursor } from '../cursor.ts';
import { describe, invalid, isMap, type Read, wrongType } from '../shape.ts';
import { compileComparison } from './compile-comparison.ts';
import { conditionForms, conditionKind, reportUnknownFields } from './condition-fields.ts';
import { allOf, anyOf, notOf, toCondition } from './condition-tree.ts';
import type { FactScope } from './fact-scope.ts';
import type { FactTable } from './fact-table.ts';
import type { NamedConditions } from './named-conditions.ts';
import { compileUse } from './named-use.ts';

/** What a condition is compiled with. */
export interface ConditionScope {
  readonly facts: FactTable;
  readonly named: NamedConditions;
  readonly libraries: Libraries;
  /** The facts that are there at this place. */
  readonly allowed: FactScope;
  /** Facts of an imported json-rules-engine rule that the book does not declare are read from the request's context. */
  readonly imported?: boolean;
}

/** Compiles a condition; undefined when something is wrong with it, which is reported then. */
export function compileCondition(value: unknown, at: Cursor, scope: ConditionScope): Condition | undefined {
  const tree = compileNode(value, { at, scope, depth: 1 });
  if (tree === invalid || !scope.named.isBounded(tree, at)) return undefined;
  return toCondition(tree, value as Json);
}

export interface NodePlace {
  readonly at: Cursor;
  readonly scope: ConditionScope;
  readonly depth: number;
}

export function compileNode(value: unknown, place: NodePlace): Read<ConditionTree> {
  const { at } = place;
  if (!isMap(value)) return wrongType(at, `a condition (${conditionForms})`, value);
  if (place.depth > limits.conditionDepthMax) {
    at.error(
      'NBR_TOO_LARGE',
      `${at.label}: expected at most ${limits.conditionDepthMax} nested conditions, found more.`,
    );
    return invalid;
  }
  const kind = conditionKind(value, at);
  if (kind === invalid) return invalid;
  const { imported = false } = place.scope;
  const fieldsSound = reportUnknownFields(value, { kind, imported }, at);
  const tree = compileKind(kind, value, place);
  return fieldsSound ? tree : invalid;
}

function compileKind(
  kind: 'all' | 'any' | 'not' | 'condition' | 'fact',
  value: Readonly<Record<string, unknown>>,
  place: NodePlace,
): Read<ConditionTree> {
  switch (kind) {
    case 'all':
    case 'any':
      return compileList(kind, value[kind], place);
    case 'not': {
      const child = compileNode(value.not, { ...place, at: place.at.at('not'), depth: place.depth + 1 });
      return child === invalid ? invalid : notOf(child, place.at);
    }
    case 'condition':
      return compileReference(value.condition, place);
    case 'fact':
      return compileComparison(value, place);
  }
}

function compileList(kind: 'all' | 'any', value: unknown, place: NodePlace): Read<ConditionTree> {
  const at = place.at.at(kind);
  if (!Array.isArray(value)) return wrongType(at, 'a list of conditions', value);
  if (value.length === 0) {
    at.warn(
      'NBR_EMPTY_CONDITION',
      `${at.label}: expected at least one condition, found ${describe(value)}, which always holds.`,
    );
  }
  const children: ConditionTree[] = [];
  for (const [index, entry] of value.entries()) {
    const child = compileNode(entry, { ...place, at: at.at(index), depth: place.depth + 1 });
    if (child !== invalid) children.push(child);
  }
  if (children.length < value.length) return invalid;
  return kind === 'all' ? allOf(children, place.at) : anyOf(children, place.at);
}

/** A named condition is compiled once, and may only be used where all facts that it reads are there. */
function compileReference(value: unknown, { at: parent, scope }: NodePlace): Read<ConditionTree> {
  const at = parent.at('condition');
  return typeof value === 'string'
    ? compileUse('condition', value, { at, scope })
    : wrongType(at, 'text', value);
}
