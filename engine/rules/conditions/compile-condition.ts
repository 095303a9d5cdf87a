import { limits } from '../../limits.ts';
import type { Condition, ConditionTree, FactRead } from '../../model/condition.ts';
import type { Json } from '../../model/json.ts';
import type { Cursor } from '../cursor.ts';
import { describe, invalid, isMap, type Read, wrongType } from '../shape.ts';
import { compileComparison } from './compile-comparison.ts';
import { conditionForms, conditionKind, reportUnknownFields } from './condition-fields.ts';
import { allOf, anyOf, namedAs, notOf, readsOf, toCondition } from './condition-tree.ts';
import type { FactScope } from './fact-scope.ts';
import type { FactTable } from './fact-table.ts';
import type { NamedConditions } from './named-conditions.ts';

/** What a condition is compiled with. */
export interface ConditionScope {
  readonly facts: FactTable;
  readonly named: NamedConditions;
  /** The facts that are there at this place. */
  readonly allowed: FactScope;
  /** Facts of an imported json-rules-engine rule that the book does not declare are read from the request's context. */
  readonly imported?: boolean;
}

/** Compiles a condition; undefined when something is wrong with it, which is reported then. */
export function compileCondition(value: unknown, at: Cursor, scope: ConditionScope): Condition | undefined {
  const tree = compileNode(value, { at, scope, depth: 1 });
  return tree === invalid ? undefined : toCondition(tree, value as Json);
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
  const fieldsSound = reportUnknownFields(value, kind, at);
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
  if (typeof value !== 'string') return wrongType(at, 'text', value);
  const tree = scope.named.use(value, at);
  if (tree === invalid) return invalid;
  const stray = strayRead(tree, scope.allowed);
  if (!stray) return namedAs(value, tree, { what: 'condition', at });
  at.error(
    'NBR_FACT_NOT_HERE',
    `${at.label}: the condition \`${value}\` reads \`${stray.name}\`, expected only ${scope.allowed.words}.`,
  );
  return invalid;
}

function strayRead(tree: ConditionTree, allowed: FactScope): FactRead | undefined {
  for (const read of readsOf(tree)) if (!allowed.kinds.has(read.kind)) return read;
  return undefined;
}
