import type { FactOperand, Operand, TestNode } from '../../model/condition.ts';
import type { Cursor } from '../cursor.ts';
import { didYouMean } from '../nearest-name.ts';
import { invalid, isMap, type Read, wrongType } from '../shape.ts';
import type { ConditionScope, NodePlace } from './compile-condition.ts';
import { reportUnknownFactFields } from './condition-fields.ts';
import { comparisonOf } from './condition-tree.ts';
import type { FactTable } from './fact-table.ts';
import { type PropertyPath, parsePropertyPath, propertyPathExpected } from './property-path.ts';
import { readOperator, unfitLiteral } from './read-operator.ts';

/** Compiles `{ fact, operator, value, path? }`. */
export function compileComparison(
  value: Readonly<Record<string, unknown>>,
  { at, scope }: NodePlace,
): Read<TestNode> {
  const left = compileFact(value, at, scope);
  const compare = Object.hasOwn(value, 'operator')
    ? readOperator(value.operator, at.at('operator'))
    : reportMissing('operator', at);
  const right = Object.hasOwn(value, 'value') ? compileValue(value, at, scope) : reportMissing('value', at);
  if (left === invalid || compare === invalid || right === invalid) return invalid;
  return comparisonOf({ operator: String(value.operator), compare, left, right, at });
}

function compileValue(
  condition: Readonly<Record<string, unknown>>,
  parent: Cursor,
  scope: ConditionScope,
): Read<Operand> {
  const { value } = condition;
  const at = parent.at('value');
  if (isMap(value) && Object.hasOwn(value, 'fact')) {
    const fieldsSound = reportUnknownFactFields(value, at);
    const fact = compileFact(value, at, scope);
    return fieldsSound ? fact : invalid;
  }
  const unfit = unfitLiteral(String(condition.operator), value);
  if (unfit !== undefined) {
    at.error('NBR_WRONG_VALUE', `${at.label}: expected ${unfit}.`);
    return invalid;
  }
  return { literal: value };
}

/** A fact with its optional path, on either side of a comparison. */
function compileFact(
  value: Readonly<Record<string, unknown>>,
  at: Cursor,
  scope: ConditionScope,
): Read<FactOperand> {
  const fact = readFact(value.fact, at.at('fact'), scope);
  const path = readPath(value, at);
  if (fact === invalid || path === invalid) return invalid;
  return { ...fact, path };
}

function readFact(written: unknown, at: Cursor, scope: ConditionScope): Read<Omit<FactOperand, 'path'>> {
  if (typeof written !== 'string') return wrongType(at, 'text', written);
  const name = scope.imported ? importedName(written, scope.facts) : written;
  const source = scope.facts.resolve(name);
  if (!source) {
    at.error(
      'NBR_UNKNOWN_FACT',
      `${at.label}: found the unknown fact \`${written}\`, expected a declared feature or ${scope.allowed.words}.`,
      didYouMean(written, scope.facts.names()),
    );
    return invalid;
  }
  if (!scope.allowed.kinds.has(source.kind)) {
    at.error('NBR_FACT_NOT_HERE', `${at.label}: found \`${written}\`, expected only ${scope.allowed.words}.`);
    return invalid;
  }
  return { slot: scope.facts.intern(name, source), read: { name, kind: source.kind } };
}

function importedName(written: string, facts: FactTable): string {
  return facts.resolve(written) ? written : `context.${written}`;
}

/** An empty path is no path, as in json-rules-engine. */
function readPath(value: Readonly<Record<string, unknown>>, parent: Cursor): Read<PropertyPath | undefined> {
  if (!Object.hasOwn(value, 'path') || value.path === '') return undefined;
  const at = parent.at('path');
  if (typeof value.path !== 'string') return wrongType(at, 'text', value.path);
  const path = parsePropertyPath(value.path);
  if (path) return path;
  at.error('NBR_BAD_PATH', `${at.label}: expected ${propertyPathExpected}, found "${value.path}".`);
  return invalid;
}

function reportMissing(name: string, at: Cursor): typeof invalid {
  at.error('NBR_MISSING_FIELD', `${at.label}: expected a condition with the field \`${name}\`, found none.`);
  return invalid;
}
