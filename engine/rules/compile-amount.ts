import { compileExpression, type NumberOf } from '../expressions/compile-expression.ts';
import type { Expression, NameNode } from '../expressions/expression.ts';
import { namesIn } from '../expressions/expression.ts';
import { faultOfType } from '../expressions/expression-types.ts';
import { parseExpression } from '../expressions/parse-expression.ts';
import { limits } from '../limits.ts';
import type { FactOperand } from '../model/condition.ts';
import type { Amount, Factors, Formula } from '../model/rulebook.ts';
import type { BookContext } from './book-context.ts';
import { compileFact, resolveName } from './conditions/compile-fact.ts';
import { operandValue } from './conditions/condition-tree.ts';
import { customerFacts } from './conditions/fact-scope.ts';
import type { Cursor } from './cursor.ts';
import { object, optional, required } from './object-shape.ts';
import { number, text } from './scalar-shapes.ts';
import { isMap, type Read, type Shape, wrongType } from './shape.ts';

const plain = number({ min: 0 });
const fallback = optional(plain, 'The number where the fact or the expression has none; 0 when absent.');

const factShape = object('an amount by a fact', {
  fact: required(text, 'Where the number is read: a feature, `traits.*`, `context.*`, `overlay.*`.'),
  path: optional(text, 'Reaches into the fact, such as `$.price`.'),
  default: fallback,
});
const expressionShape = object('an amount by an expression', {
  expression: required(text, 'Such as `0.3 * orders.avg_value`.'),
  default: fallback,
});

export type AmountFields =
  | number
  | { readonly fact: string; readonly path: string | undefined; readonly default: number | undefined }
  | { readonly expression: string; readonly default: number | undefined };

const expected = `${plain.expected}, or \`{ fact, default }\`, or \`{ expression, default }\``;

/** A number, or where it comes from. */
export const amount: Shape<AmountFields> = {
  expected,
  schema: { anyOf: [plain.schema, factShape.schema, expressionShape.schema] },
  read: (value, at): Read<AmountFields> => {
    if (typeof value === 'number') return plain.read(value, at);
    if (!isMap(value)) return wrongType(at, expected, value);
    return Object.hasOwn(value, 'expression') ? expressionShape.read(value, at) : factShape.read(value, at);
  },
};

const noFactors: Factors = { P: 1, V: 1, C: 1, L: 1, cost: 0 };

/** What is wrong with it is reported; then it is 0. */
export function compileAmount(written: AmountFields, at: Cursor, context: BookContext): Amount {
  if (typeof written === 'number') return written;
  const compiled =
    'expression' in written
      ? compileText(written.expression, at.at('expression'), { context, factors: none })
      : compileRead(written, at, context);
  if (!compiled) return 0;
  const { tree, reads, numberOf } = compiled;
  const { default: absent = 0 } = written;
  const of: Exclude<Amount, number>['of'] = (facts) => {
    const value = numberOf(facts, noFactors);
    // Below 0 a value would be a cost, and a cost a value.
    return Number.isNaN(value) ? absent : Math.max(0, value);
  };
  // The same number, whoever asks: then it is written out as well.
  return reads.length === 0 ? of([]) : { of, default: absent, tree, reads };
}

export function compileFormula(source: string, at: Cursor, context: BookContext): Formula | undefined {
  const compiled = compileText(source, at, { context, factors: factorNames });
  if (!compiled) return undefined;
  const { tree, reads, numberOf } = compiled;
  return {
    tree,
    reads,
    of: (facts, factors) => {
      const value = numberOf(facts, factors);
      return Number.isNaN(value) ? 0 : value + 0;
    },
  };
}

/** Names that a formula reads from the option at hand. */
export const factorNames: ReadonlySet<string> = new Set<keyof Factors>(['P', 'V', 'C', 'L', 'cost']);
const none: ReadonlySet<string> = new Set();

interface Compiled {
  readonly tree: Expression;
  readonly reads: readonly FactOperand['read'][];
  readonly numberOf: NumberOf;
}

interface Place {
  readonly context: BookContext;
  readonly factors: ReadonlySet<string>;
}

function compileText(source: string, at: Cursor, place: Place): Compiled | undefined {
  const parsed = parseExpression(source);
  const fault = 'fault' in parsed ? parsed.fault : faultOfType(parsed.tree, 'number');
  if (fault) {
    const { message, column, hint } = fault;
    at.error('NBR_BAD_EXPRESSION', `${at.label}: ${message} (character ${column}).`, hint);
  }
  if (fault || 'fault' in parsed) return undefined;
  const { tree } = parsed;
  const facts = factsOf(tree, at, place);
  if (!facts) return undefined;
  const numberOf = compileExpression(tree, (node) => readerOf(node, facts));
  return { tree, numberOf, reads: [...facts.values()].map(({ read }) => read) };
}

function readerOf({ name }: NameNode, facts: ReadonlyMap<string, FactOperand>) {
  const operand = facts.get(name);
  if (operand) {
    const { slot } = operand;
    return (values: readonly unknown[]) => values[slot];
  }
  const factor = name as keyof Factors;
  return (_: readonly unknown[], factors: Factors) => factors[factor];
}

/** The facts by name; undefined when one does not exist here, which is reported then. */
function factsOf(
  tree: Expression,
  at: Cursor,
  { context, factors }: Place,
): ReadonlyMap<string, FactOperand> | undefined {
  const facts = new Map<string, FactOperand>();
  const faulty = new Set<string>();
  for (const node of namesIn(tree)) {
    const { name } = node;
    if (factors.has(name) || facts.has(name) || faulty.has(name)) continue;
    const found = resolveName(name, { ...context, allowed: customerFacts });
    if ('operand' in found) {
      facts.set(name, found.operand);
      continue;
    }
    faulty.add(name);
    const { code, hint } = found;
    const more =
      factors.size > 0
        ? `${customerFacts.words}, and \`P\`, \`V\`, \`C\`, \`L\` and \`cost\``
        : customerFacts.words;
    const message = `found \`${name}\` (character ${node.at + 1}), expected only declared features or ${more}`;
    at.error(code, `${at.label}: ${message}.`, hint);
  }
  return faulty.size === 0 ? facts : undefined;
}

/** `{ fact, path }` says what an expression of one name says. */
function compileRead(
  written: Extract<AmountFields, { readonly fact: string }>,
  at: Cursor,
  context: BookContext,
): Compiled | undefined {
  const { fact, path } = written;
  const operand = compileFact(path === undefined ? { fact } : { fact, path }, at, {
    ...context,
    allowed: customerFacts,
  });
  if (typeof operand === 'symbol') return undefined;
  const tree: NameNode = { kind: 'name', name: fact, at: 0, ...(operand.path && { path: operand.path }) };
  const numberOf = compileExpression(tree, () => (values) => operandValue(operand, values));
  return { tree, numberOf, reads: [operand.read] };
}

/** Percentage points: written 20, it makes a fifth more. */
export const points = number({ min: -100, max: limits.pointsMax });
