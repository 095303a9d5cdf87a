import type { Factors, FactValues } from '../model/rulebook.ts';
import type { BinaryNode, CallNode, Expression, NameNode } from './expression.ts';
import { commonType, typeOf, type ValueType } from './expression-types.ts';

/**
 * Expressions as closures over facts.
 *
 * 1. The answer is a finite number, or NaN: there is none. Nothing throws, whatever the facts are.
 * 2. Only + - * / and roundings of numbers are used, which every JavaScript engine answers alike, and the square root.
 * 3. x / 0 is 0. Anything else that is not finite, and a fact that is missing or of another type, leaves no number; and
 *    no number comes of no number, but where `coalesce` or a branch of `if` goes round it.
 * 4. A comparison with what is missing does not hold, `!=` does; only what is true counts as true.
 */
export type NumberOf = (facts: FactValues, factors: Factors) => number;

type FlagOf = (facts: FactValues, factors: Factors) => boolean;
type ValueOf = (facts: FactValues, factors: Factors) => unknown;

/** Where a name is read. */
export type NameReader = ValueOf;
export type NameReaders = (node: NameNode) => NameReader;

const none = Number.NaN;

/** The tree has no fault of type; `readerOf` knows all its names. */
export function compileExpression(tree: Expression, readerOf: NameReaders): NumberOf {
  return new Compiler(readerOf).number(tree);
}

class Compiler {
  readonly #readerOf: NameReaders;

  constructor(readerOf: NameReaders) {
    this.#readerOf = readerOf;
  }

  number(tree: Expression): NumberOf {
    switch (tree.kind) {
      case 'number': {
        const { value } = tree;
        return () => value;
      }
      case 'name': {
        const read = this.#readerOf(tree);
        return (facts, factors) => numberIn(read(facts, factors));
      }
      case 'negate': {
        const operand = this.number(tree.operand);
        return (facts, factors) => -operand(facts, factors);
      }
      case 'binary':
        return this.#arithmetic(tree);
      case 'call':
        return this.#numberCall(tree);
      default:
        return () => none;
    }
  }

  #arithmetic({ operator, left: one, right: other }: BinaryNode): NumberOf {
    const left = this.number(one);
    const right = this.number(other);
    switch (operator) {
      case '+':
        return (facts, factors) => finite(left(facts, factors) + right(facts, factors));
      case '-':
        return (facts, factors) => finite(left(facts, factors) - right(facts, factors));
      case '*':
        return (facts, factors) => finite(left(facts, factors) * right(facts, factors));
      case '/':
        return (facts, factors) => divided(left(facts, factors), right(facts, factors));
      default:
        return () => none;
    }
  }

  #numberCall({ called, given }: CallNode): NumberOf {
    const numbers = called === 'if' ? [] : given.map((part) => this.number(part));
    const first = numbers[0] ?? (() => none);
    switch (called) {
      case 'if':
        return this.#choice(given, (part) => this.number(part)) as NumberOf;
      case 'coalesce':
        return (facts, factors) => {
          for (const each of numbers) {
            const value = each(facts, factors);
            if (!Number.isNaN(value)) return value;
          }
          return none;
        };
      case 'min':
      case 'max':
        return extreme(numbers, called === 'min' ? Math.min : Math.max);
      case 'sqrt':
        return (facts, factors) => finite(Math.sqrt(first(facts, factors)));
      case 'abs':
      case 'floor':
      case 'ceil':
      case 'round': {
        const round = Math[called];
        return (facts, factors) => round(first(facts, factors));
      }
    }
  }

  #choice(given: readonly Expression[], compile: (tree: Expression) => ValueOf): ValueOf {
    const [condition, yes, no] = given as readonly [Expression, Expression, Expression];
    const holds = this.#flag(condition);
    const one = compile(yes);
    const other = compile(no);
    return (facts, factors) => (holds(facts, factors) ? one(facts, factors) : other(facts, factors));
  }

  #flag(tree: Expression): FlagOf {
    if (tree.kind === 'not') {
      const operand = this.#flag(tree.operand);
      return (facts, factors) => !operand(facts, factors);
    }
    if (tree.kind === 'binary') return this.#comparison(tree);
    const value = this.#value(tree, 'flag');
    return (facts, factors) => value(facts, factors) === true;
  }

  #comparison({ operator, left, right }: BinaryNode): FlagOf {
    switch (operator) {
      case 'and':
      case 'or': {
        const one = this.#flag(left);
        const other = this.#flag(right);
        return operator === 'and'
          ? (facts, factors) => one(facts, factors) && other(facts, factors)
          : (facts, factors) => one(facts, factors) || other(facts, factors);
      }
      case '=':
        return this.#equality(left, right);
      case '!=': {
        const equal = this.#equality(left, right);
        return (facts, factors) => !equal(facts, factors);
      }
      default:
        return ordered(operator, this.number(left), this.number(right));
    }
  }

  #equality(left: Expression, right: Expression): FlagOf {
    const type = commonType([left, right]);
    const one = this.#value(left, type);
    const other = this.#value(right, type);
    return (facts, factors) => {
      const value = one(facts, factors);
      return value !== undefined && value === other(facts, factors);
    };
  }

  /** undefined: there is none of that type. */
  #value(tree: Expression, wanted: ValueType): ValueOf {
    if (typeOf(tree) === 'number') {
      const number = this.number(tree);
      return (facts, factors) => valueIn(number(facts, factors), wanted);
    }
    switch (tree.kind) {
      case 'text':
      case 'flag': {
        const { value } = tree;
        return () => value;
      }
      case 'name': {
        const read = this.#readerOf(tree);
        return (facts, factors) => valueIn(read(facts, factors), wanted);
      }
      case 'call':
        if (tree.called === 'if') return this.#choice(tree.given, (part) => this.#value(part, wanted));
        return firstOf(tree.given.map((part) => this.#value(part, wanted)));
      default:
        return this.#flag(tree);
    }
  }
}

function ordered(operator: string, left: NumberOf, right: NumberOf): FlagOf {
  switch (operator) {
    case '<':
      return (facts, factors) => left(facts, factors) < right(facts, factors);
    case '<=':
      return (facts, factors) => left(facts, factors) <= right(facts, factors);
    case '>':
      return (facts, factors) => left(facts, factors) > right(facts, factors);
    default:
      return (facts, factors) => left(facts, factors) >= right(facts, factors);
  }
}

function extreme(numbers: readonly NumberOf[], pick: (one: number, other: number) => number): NumberOf {
  return (facts, factors) => {
    let found = numbers[0]?.(facts, factors) ?? none;
    for (let index = 1; index < numbers.length; index += 1)
      found = pick(found, numbers[index]?.(facts, factors) ?? none);
    return found;
  };
}

function firstOf(values: readonly ValueOf[]): ValueOf {
  return (facts, factors) => {
    for (const each of values) {
      const value = each(facts, factors);
      if (value !== undefined) return value;
    }
    return undefined;
  };
}

/** Infinities end here: what would be computed with them further on depends on where the overflow was. */
function finite(value: number): number {
  return value - value === 0 ? value : none;
}

function divided(value: number, by: number): number {
  if (by === 0) return Number.isNaN(value) ? none : 0;
  return finite(value / by);
}

function numberIn(value: unknown): number {
  return typeof value === 'number' ? finite(value) : none;
}

/** A value as it is compared. Lists and maps are equal to nothing. */
function valueIn(value: unknown, wanted: ValueType): unknown {
  switch (typeof value) {
    case 'number':
      return (wanted === 'any' || wanted === 'number') && value - value === 0 ? value : undefined;
    case 'string':
      return wanted === 'any' || wanted === 'text' ? value : undefined;
    case 'boolean':
      return wanted === 'any' || wanted === 'flag' ? value : undefined;
    default:
      return undefined;
  }
}
