import { type CallNode, type Expression, type ExpressionFault, faultAt } from './expression.ts';

/** What a part of an expression comes to. Of a fact nobody can tell before it is read. */
export type ValueType = 'number' | 'text' | 'flag' | 'any';

const inWords: Readonly<Record<ValueType, string>> = {
  number: 'a number',
  text: 'a text',
  flag: 'something that is true or false',
  any: 'a value',
};

/** The type of an expression that has no fault of type. */
export function typeOf(tree: Expression): ValueType {
  switch (tree.kind) {
    case 'number':
    case 'negate':
      return 'number';
    case 'text':
      return 'text';
    case 'flag':
    case 'not':
      return 'flag';
    case 'name':
      return 'any';
    case 'binary':
      return isArithmetic(tree.operator) ? 'number' : 'flag';
    case 'call':
      if (tree.called === 'if') return commonType(tree.given.slice(1));
      return tree.called === 'coalesce' ? commonType(tree.given) : 'number';
  }
}

function isArithmetic(operator: string): boolean {
  return operator === '+' || operator === '-' || operator === '*' || operator === '/';
}

/** Of several of which any may be the answer: the first that is known. */
export function commonType(trees: readonly Expression[]): ValueType {
  for (const tree of trees) {
    const type = typeOf(tree);
    if (type !== 'any') return type;
  }
  return 'any';
}

/** The first part that is not of the type that stands to reason where it stands; the whole is to be `wanted`. */
export function faultOfType(tree: Expression, wanted: ValueType): ExpressionFault | undefined {
  // What may be one of several is judged by these, so that the one at fault is found.
  if (tree.kind === 'call' && (tree.called === 'if' || tree.called === 'coalesce'))
    return faultOfChoice(tree, wanted);
  const found = typeOf(tree);
  if (wanted !== 'any' && found !== 'any' && found !== wanted)
    return faultAt(tree.at, `found ${inWords[found]}, expected ${inWords[wanted]}`);
  switch (tree.kind) {
    case 'number':
    case 'text':
    case 'flag':
    case 'name':
      return undefined;
    case 'negate':
      return faultOfType(tree.operand, 'number');
    case 'not':
      return faultOfType(tree.operand, 'flag');
    case 'binary': {
      const sides = [tree.left, tree.right];
      return firstFault(sides, sideType(tree.operator, sides));
    }
    case 'call':
      return firstFault(tree.given, 'number');
  }
}

function faultOfChoice({ called, given }: CallNode, wanted: ValueType): ExpressionFault | undefined {
  const choices = called === 'if' ? given.slice(1) : given;
  const type = wanted === 'any' ? commonType(choices) : wanted;
  return firstFault(called === 'if' ? given.slice(0, 1) : [], 'flag') ?? firstFault(choices, type);
}

function sideType(operator: string, sides: readonly Expression[]): ValueType {
  if (operator === 'and' || operator === 'or') return 'flag';
  return operator === '=' || operator === '!=' ? commonType(sides) : 'number';
}

function firstFault(trees: readonly Expression[], wanted: ValueType): ExpressionFault | undefined {
  for (const tree of trees) {
    const fault = faultOfType(tree, wanted);
    if (fault) return fault;
  }
  return undefined;
}
