import type { ConditionTree, FactOperand, Operand, TestNode } from '../../model/condition.ts';
import type { FailedCondition } from '../../model/decision.ts';

/** Conditions in one line, for people: `orders.count >= 1`, `not (a and b)`. */

const symbols: Readonly<Record<string, string>> = {
  equal: '=',
  notEqual: 'is not',
  lessThan: '<',
  lessThanInclusive: '<=',
  greaterThan: '>',
  greaterThanInclusive: '>=',
  in: 'is one of',
  notIn: 'is none of',
  contains: 'contains',
  doesNotContain: 'does not contain',
};

export function testText({ left, operator, right }: TestNode): string {
  return `${factText(left)} ${symbolOf(operator)} ${operandText(right)}`;
}

/** What would have been needed, and what was there instead. */
export function failureText({ fact, operator, expected, seen, segment }: FailedCondition): string {
  const where = segment === undefined ? '' : ` (segment ${segment})`;
  return `${fact} ${symbolOf(operator)} ${valueText(expected)}, but it was ${valueText(seen)}${where}`;
}

/** `not:greaterThan` becomes `not >`. */
function symbolOf(operator: string): string {
  const negated = operator.startsWith('not:');
  const plain = negated ? operator.slice('not:'.length) : operator;
  return `${negated ? 'not ' : ''}${Object.hasOwn(symbols, plain) ? symbols[plain] : plain}`;
}

function valueText(value: unknown): string {
  return JSON.stringify(value) ?? 'missing';
}

export function conditionText(tree: ConditionTree): string {
  switch (tree.kind) {
    case 'test':
      return testText(tree);
    case 'not':
      return `not (${conditionText(tree.child)})`;
    case 'named':
      return `${tree.what} ${tree.name}`;
    case 'all':
    case 'any':
      return listText(tree.children, tree.kind === 'all' ? 'and' : 'or');
  }
}

function listText(children: readonly ConditionTree[], word: 'and' | 'or'): string {
  if (children.length === 0) return 'always';
  return children
    .map((child) => (isList(child) ? `(${conditionText(child)})` : conditionText(child)))
    .join(` ${word} `);
}

function isList(tree: ConditionTree): boolean {
  return (tree.kind === 'all' || tree.kind === 'any') && tree.children.length > 1;
}

function operandText(operand: Operand): string {
  return 'literal' in operand ? valueText(operand.literal) : factText(operand);
}

function factText({ read, path }: FactOperand): string {
  return [read.name, ...(path ?? [])].join('.');
}
