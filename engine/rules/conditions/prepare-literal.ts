import type { Cursor } from '../cursor.ts';
import { isInheritedName } from '../names.ts';
import { describe, invalid, type Read } from '../shape.ts';
import type { Comparing, ComparingOperator, LiteralShape, OperatorContext } from './operator-definition.ts';
import { decorate, type OperatorUse } from './read-operator.ts';

interface LiteralPlace {
  readonly at: Cursor;
  /** Made when an operator asks for it: most do not. */
  readonly surroundings: { readonly context: OperatorContext };
}

/**
 * What compares with a value that is written out. The value is checked and prepared here, once; the comparison holds on
 * to what came of it and pays no attention to the value it is handed.
 */
export function prepareLiteral(
  value: unknown,
  use: OperatorUse & { readonly definition: ComparingOperator },
  place: LiteralPlace,
): Read<Comparing> {
  const { definition, decorators } = use;
  const { literal } = definition;
  if (literal === undefined) {
    const sound = checkPlain(value, use.written, place.at) && checkMembers(value, place.at);
    return sound ? decorate(definition.compare, decorators) : invalid;
  }
  if (decorators.includes('swap')) return swapped(use, place);
  const prepared = prepare(value, decorators, { ...place, literal });
  if (prepared === invalid) return invalid;
  const compare = decorate(definition.compare, decorators);
  return (fact, _value, facts) => compare(fact, prepared, facts);
}

/** `someValue` and `everyValue` stand before a list, of which each entry is a value of its own. */
function prepare(
  value: unknown,
  decorators: readonly string[],
  place: LiteralPlace & { readonly literal: LiteralShape },
): Read<unknown> {
  const { literal, at, surroundings } = place;
  const index = decorators.findIndex(takesList);
  const name = decorators[index];
  if (name === undefined) return literal.read(value, at, surroundings.context);
  if (!Array.isArray(value)) return notAList(name, value, at);
  const inner = decorators.slice(index + 1);
  const entries = value.map((entry, position) => prepare(entry, inner, { ...place, at: at.at(position) }));
  return entries.includes(invalid) ? invalid : entries;
}

/** The value takes the place of the fact, which is no longer known before a decision. */
function swapped(
  { name, definition, decorators }: OperatorUse & { readonly definition: ComparingOperator },
  { at, surroundings }: LiteralPlace,
): Read<Comparing> {
  if (definition.withFact) return decorate(definition.withFact(surroundings.context), decorators);
  at.error(
    'NBR_WRONG_OPERATOR',
    `${at.label}: expected \`${name}\` without \`swap:\`, because its value must be written out.`,
  );
  return invalid;
}

/** Values that json-rules-engine would throw on at run time. */
function checkPlain(value: unknown, operator: string, at: Cursor): boolean {
  for (const name of operator.split(':')) {
    // From here on the sides have changed, or entries of the literal stand for it.
    if (name === 'swap') return true;
    if (takesList(name)) return Array.isArray(value) || notAList(name, value, at) !== invalid;
    if ((name === 'in' || name === 'notIn') && !Array.isArray(value) && typeof value !== 'string') {
      at.error('NBR_WRONG_VALUE', `${at.label}: expected a list for \`${name}\`, found ${describe(value)}.`);
      return false;
    }
  }
  return true;
}

/** json-rules-engine loses such members of a value when it copies a rule, and then compares with something else. */
function checkMembers(value: unknown, at: Cursor): boolean {
  if (typeof value !== 'object' || value === null) return true;
  const name = Array.isArray(value) ? undefined : Object.keys(value).find(isInheritedName);
  if (name === undefined) return Object.values(value).every((member) => checkMembers(member, at));
  at.error(
    'NBR_WRONG_VALUE',
    `${at.label}: expected names that JavaScript does not reserve, found \`${name}\`.`,
  );
  return false;
}

function takesList(decorator: string): boolean {
  return decorator === 'someValue' || decorator === 'everyValue';
}

function notAList(decorator: string, value: unknown, at: Cursor): typeof invalid {
  at.error(
    'NBR_WRONG_VALUE',
    `${at.label}: expected \`${decorator}\` to stand before a list, found ${describe(value)}.`,
  );
  return invalid;
}
