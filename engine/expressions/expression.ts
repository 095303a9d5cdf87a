/** A small language for numbers: what a book writes as the value of an action, its cost, or the formula of a placement. */

export type BinaryOperator = ArithmeticOperator | ComparisonOperator | 'and' | 'or';
export type ArithmeticOperator = '+' | '-' | '*' | '/';
export type ComparisonOperator = '=' | '!=' | '<' | '<=' | '>' | '>=';

/** `at` counts characters of the text from 0. */
interface Node {
  readonly at: number;
}

export interface NumberNode extends Node {
  readonly kind: 'number';
  readonly value: number;
}

export interface TextNode extends Node {
  readonly kind: 'text';
  readonly value: string;
}

export interface FlagNode extends Node {
  readonly kind: 'flag';
  readonly value: boolean;
}

/** A fact, or a factor of the priority. `path` reaches into a fact. */
export interface NameNode extends Node {
  readonly kind: 'name';
  readonly name: string;
  readonly path?: readonly string[];
}

export interface UnaryNode extends Node {
  readonly kind: 'negate' | 'not';
  readonly operand: Expression;
}

export interface BinaryNode extends Node {
  readonly kind: 'binary';
  readonly operator: BinaryOperator;
  readonly left: Expression;
  readonly right: Expression;
}

export interface CallNode extends Node {
  readonly kind: 'call';
  readonly called: FunctionName;
  readonly given: readonly Expression[];
}

export type Expression = NumberNode | TextNode | FlagNode | NameNode | UnaryNode | BinaryNode | CallNode;

/** What is wrong with an expression, and where. */
export interface ExpressionFault {
  /** `found ..., expected ...`. */
  readonly message: string;
  /** Counts from 1. */
  readonly column: number;
  readonly hint?: string;
}

export function faultAt(at: number, message: string, hint?: string): ExpressionFault {
  return { message, column: at + 1, ...(hint !== undefined && { hint }) };
}

/** Functions, and how many arguments they take. */
export const functions = {
  if: { min: 3, max: 3 },
  min: { min: 1, max: 16 },
  max: { min: 1, max: 16 },
  abs: { min: 1, max: 1 },
  floor: { min: 1, max: 1 },
  ceil: { min: 1, max: 1 },
  round: { min: 1, max: 1 },
  sqrt: { min: 1, max: 1 },
  coalesce: { min: 1, max: 16 },
} as const;

export type FunctionName = keyof typeof functions;

export function isFunction(name: string): name is FunctionName {
  return Object.hasOwn(functions, name);
}

/** The parts right below a node. */
export function partsOf(tree: Expression): readonly Expression[] {
  switch (tree.kind) {
    case 'negate':
    case 'not':
      return [tree.operand];
    case 'binary':
      return [tree.left, tree.right];
    case 'call':
      return tree.given;
    case 'number':
    case 'text':
    case 'flag':
    case 'name':
      return [];
  }
}

/** Every name in an expression, as often as it stands there. */
export function* namesIn(tree: Expression): Generator<NameNode> {
  if (tree.kind === 'name') yield tree;
  for (const part of partsOf(tree)) yield* namesIn(part);
}
