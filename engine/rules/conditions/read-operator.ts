import type { Cursor } from '../cursor.ts';
import { didYouMean } from '../nearest-name.ts';
import { inWords } from '../scalar-shapes.ts';
import { invalid, type Read, wrongType } from '../shape.ts';
import { decorators } from './decorators.ts';
import type { Comparing, OperatorDefinition } from './operator-definition.ts';
import { operators } from './operators.ts';
import { splitOperator } from './split-operator.ts';

/** An operator as a condition names it. */
export interface OperatorUse {
  /** With its decorators: `not:someFact:startsWith`. */
  readonly written: string;
  readonly name: string;
  readonly definition: OperatorDefinition;
  /** From the left. The one next to the operator is applied first. */
  readonly decorators: readonly string[];
}

const none: readonly never[] = [];

/**
 * Reads the `operator` of a comparison: `greaterThan`, `not:in`, `someFact:swap:contains` ...; decorators from the left,
 * the operator last.
 */
export function readOperator(written: unknown, parent: Cursor): Read<OperatorUse> {
  const plain = operators.get(written as string);
  if (plain)
    return { written: written as string, name: written as string, definition: plain, decorators: none };
  const at = parent.at('operator');
  if (typeof written !== 'string') return wrongType(at, 'text', written);
  const { name, decorators: names } = splitOperator(written);
  const definition = operators.get(name);
  if (!definition) reportUnknown('operator', name, at);
  const unknown = names.filter((decorator) => !decorators.has(decorator));
  for (const decorator of unknown) reportUnknown('decorator', decorator, at);
  if (!definition || unknown.length > 0) return invalid;
  return { written, name, definition, decorators: names };
}

/** The comparison as its decorators change it. */
export function decorate(compare: Comparing, names: readonly string[]): Comparing {
  return names.reduceRight((next, name) => decorators.get(name)?.(next) ?? next, compare);
}

/**
 * Of a special operator the truth can be turned round and nothing else: it has no two sides that a decorator could take
 * apart. Tells whether it is turned round.
 */
export function onlyNot({ name, decorators: names }: OperatorUse, at: Cursor): Read<boolean> {
  const other = names.find((decorator) => decorator !== 'not');
  if (other === undefined) return names.length % 2 === 1;
  at.error(
    'NBR_WRONG_OPERATOR',
    `${at.label}: expected only \`not:\` before \`${name}\`, found \`${other}:\`.`,
  );
  return invalid;
}

/** How the operators are written elsewhere, our own messages included. */
const signs: Readonly<Record<string, string>> = {
  '=': 'equal',
  '==': 'equal',
  '===': 'equal',
  '!=': 'notEqual',
  '!==': 'notEqual',
  '<>': 'notEqual',
  '<': 'lessThan',
  '<=': 'lessThanInclusive',
  '>': 'greaterThan',
  '>=': 'greaterThanInclusive',
};

function reportUnknown(kind: 'operator' | 'decorator', name: string, at: Cursor): void {
  const known = [...(kind === 'operator' ? operators : decorators).keys()];
  at.error(
    kind === 'operator' ? 'NBR_UNKNOWN_OPERATOR' : 'NBR_UNKNOWN_DECORATOR',
    `${at.label}: found the unknown ${kind} \`${name}\`, expected one of ${inWords(known)}.`,
    Object.hasOwn(signs, name) ? `Write \`${signs[name]}\`.` : didYouMean(name, known),
  );
}
