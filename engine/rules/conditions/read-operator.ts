import type { Comparison } from '../../model/condition.ts';
import type { Cursor } from '../cursor.ts';
import { didYouMean } from '../nearest-name.ts';
import { inWords } from '../scalar-shapes.ts';
import { describe, invalid, type Read, wrongType } from '../shape.ts';
import { decorators } from './decorators.ts';
import { operators } from './operators.ts';

/** Reads `greaterThan`, `not:in`, `someFact:swap:contains` ...: decorators from the left, the operator last. */
export function readOperator(value: unknown, at: Cursor): Read<Comparison> {
  if (typeof value !== 'string') return wrongType(at, 'text', value);
  const names = value.split(':');
  const operatorName = names.pop() ?? '';
  let sound = true;
  let comparison = operators.get(operatorName);
  if (!comparison) {
    reportUnknown('operator', operatorName, at);
    sound = false;
  }
  // The decorator next to the operator is applied first, the leftmost one last.
  for (const name of names.reverse()) {
    const decorate = decorators.get(name);
    if (!decorate) {
      reportUnknown('decorator', name, at);
      sound = false;
    } else if (comparison) {
      comparison = decorate(comparison);
    }
  }
  return sound && comparison ? comparison : invalid;
}

function reportUnknown(kind: 'operator' | 'decorator', name: string, at: Cursor): void {
  const known = [...(kind === 'operator' ? operators : decorators).keys()];
  at.error(
    kind === 'operator' ? 'NBR_UNKNOWN_OPERATOR' : 'NBR_UNKNOWN_DECORATOR',
    `${at.label}: found the unknown ${kind} \`${name}\`, expected one of ${inWords(known)}.`,
    didYouMean(name, known),
  );
}

/**
 * A literal on the right that the operator cannot work with, in words; json-rules-engine would throw on it at run time.
 * Undefined when it can.
 */
export function unfitLiteral(operator: string, value: unknown): string | undefined {
  for (const name of operator.split(':')) {
    // From here on the sides have changed, or entries of the literal stand for it.
    if (name === 'swap') return undefined;
    if (name === 'someValue' || name === 'everyValue') {
      return Array.isArray(value)
        ? undefined
        : `\`${name}\` to stand before a list, found ${describe(value)}`;
    }
    if ((name === 'in' || name === 'notIn') && !Array.isArray(value) && typeof value !== 'string') {
      return `a list for \`${name}\`, found ${describe(value)}`;
    }
  }
  return undefined;
}
