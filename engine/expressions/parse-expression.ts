import { limits } from '../limits.ts';
import {
  type BinaryOperator,
  type Expression,
  type ExpressionFault,
  type FunctionName,
  faultAt,
  functions,
  isFunction,
} from './expression.ts';
import { type Token, tokensOf } from './tokens.ts';

export type ParsedExpression = { readonly tree: Expression } | { readonly fault: ExpressionFault };

/** Reads an expression. Whatever the text, the answer is a tree within the bounds or the first fault; it never throws. */
export function parseExpression(source: string): ParsedExpression {
  if (source.length > limits.expressionLengthMax) {
    const message = `found ${source.length} characters, expected at most ${limits.expressionLengthMax}`;
    return { fault: faultAt(limits.expressionLengthMax, message) };
  }
  const read = tokensOf(source);
  return 'fault' in read ? read : new Parser(read.tokens).parse();
}

/** Weakest first; operators of one level are read from the left. */
const levels: readonly Readonly<Record<string, BinaryOperator>>[] = [
  { or: 'or' },
  { and: 'and' },
  { '=': '=', '==': '=', '!=': '!=', '<': '<', '<=': '<=', '>': '>', '>=': '>=' },
  { '+': '+', '-': '-' },
  { '*': '*', '/': '/' },
];
const comparisonLevel = 2;

class Parser {
  readonly #tokens: readonly Token[];
  #next = 0;
  #nodes = 0;
  #depth = 0;
  /** The first one; from then on nothing is read any more. */
  #fault: ExpressionFault | undefined;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  parse(): ParsedExpression {
    const tree = this.#binary(0);
    if (tree && this.#token.kind !== 'end') this.#expected('an operator, or the end');
    if (this.#fault) return { fault: this.#fault };
    // Without a fault there is a tree.
    return { tree: tree as Expression };
  }

  get #token(): Token {
    return this.#tokens[this.#next] as Token;
  }

  #binary(level: number): Expression | undefined {
    const operators = levels[level];
    if (!operators) return this.#unary();
    let left = this.#binary(level + 1);
    for (let taken = 0; left; taken += 1) {
      const { at } = this.#token;
      const operator = this.#operatorOf(operators);
      if (operator === undefined) return left;
      if (level === comparisonLevel && taken > 0)
        return this.#fail(at, 'found a second comparison, expected `and` between two of them');
      this.#next += 1;
      const right = this.#binary(level + 1);
      left = right && this.#node({ kind: 'binary', operator, left, right, at });
    }
    return undefined;
  }

  #operatorOf(operators: Readonly<Record<string, BinaryOperator>>): BinaryOperator | undefined {
    const token = this.#token;
    const isSign = token.kind === 'symbol' || (token.kind === 'name' && !token.isQuoted);
    return isSign && Object.hasOwn(operators, token.text) ? operators[token.text] : undefined;
  }

  #unary(): Expression | undefined {
    const { at } = this.#token;
    const kind = this.#takes('-') ? 'negate' : this.#takes('not') ? 'not' : undefined;
    if (kind === undefined) return this.#primary();
    // A comparison is what one denies: `not a = b` is `not (a = b)`.
    const operand = this.#deeper(at, () => (kind === 'not' ? this.#binary(comparisonLevel) : this.#unary()));
    return operand && this.#node({ kind, operand, at });
  }

  #primary(): Expression | undefined {
    const token = this.#token;
    const { at } = token;
    switch (token.kind) {
      case 'number':
      case 'text':
        this.#next += 1;
        return this.#node(
          token.kind === 'number'
            ? { kind: 'number', value: token.value, at }
            : { kind: 'text', value: token.value, at },
        );
      case 'name':
        return this.#named(token);
      default:
        if (!this.#takes('(')) return this.#expected('a number, a fact or a function');
        return this.#closed(this.#deeper(at, () => this.#binary(0)));
    }
  }

  #closed<T>(inner: T | undefined): T | undefined {
    if (inner === undefined || this.#takes(')')) return inner;
    return this.#expected('`)`');
  }

  #named({ text, isQuoted, at }: Extract<Token, { readonly kind: 'name' }>): Expression | undefined {
    if (!isQuoted && (text === 'and' || text === 'or'))
      return this.#expected('a number, a fact or a function');
    this.#next += 1;
    if (!isQuoted && (text === 'true' || text === 'false'))
      return this.#node({ kind: 'flag', value: text === 'true', at });
    if (isQuoted || !this.#isAt('(')) return this.#node({ kind: 'name', name: text, at });
    if (isFunction(text)) return this.#call(text, at);
    return this.#fail(at, `found the unknown function \`${text}\`, expected one of ${known}`);
  }

  #call(called: FunctionName, at: number): Expression | undefined {
    const given = this.#deeper(at, () => this.#list());
    if (!given) return undefined;
    const { min, max } = functions[called];
    if (given.length >= min && given.length <= max) return this.#node({ kind: 'call', called, given, at });
    const wanted = min === max ? `${min}` : `${min} to ${max}`;
    return this.#fail(at, `found ${given.length} in \`${called}(...)\`, expected ${wanted}`);
  }

  #list(): readonly Expression[] | undefined {
    this.#next += 1;
    const given: Expression[] = [];
    if (this.#takes(')')) return given;
    do {
      const entry = this.#binary(0);
      if (!entry) return undefined;
      given.push(entry);
    } while (this.#takes(','));
    return this.#closed(given);
  }

  #isAt(sign: string): boolean {
    const token = this.#token;
    return (token.kind === 'symbol' || (token.kind === 'name' && !token.isQuoted)) && token.text === sign;
  }

  #takes(sign: string): boolean {
    const isThere = this.#isAt(sign);
    if (isThere) this.#next += 1;
    return isThere;
  }

  #deeper<T>(at: number, read: () => T | undefined): T | undefined {
    if (this.#depth === limits.expressionDepthMax)
      return this.#fail(at, `found more than ${this.#depth} levels, expected fewer`);
    this.#depth += 1;
    const inner = read();
    this.#depth -= 1;
    return inner;
  }

  #node(node: Expression): Expression | undefined {
    this.#nodes += 1;
    if (this.#nodes <= limits.expressionNodesMax) return node;
    return this.#fail(node.at, `found more than ${limits.expressionNodesMax} parts, expected fewer`);
  }

  #expected(what: string): undefined {
    const { kind, text, at } = this.#token;
    return this.#fail(at, `found ${kind === 'end' ? 'the end' : `\`${text}\``}, expected ${what}`);
  }

  #fail(at: number, message: string): undefined {
    this.#fault ??= faultAt(at, message);
    return undefined;
  }
}

const known = Object.keys(functions)
  .map((name) => `\`${name}\``)
  .join(', ');
