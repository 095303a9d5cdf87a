import type { Expression } from './expression.ts';

/** Names that need no backticks. */
const plain = /^[\p{L}_][\p{L}\p{N}_]*(?:\.[\p{L}\p{N}_]+)*$/u;
const words: ReadonlySet<string> = new Set(['and', 'or', 'not', 'true', 'false']);

/** An expression in one line: the same for all that say the same, however they were spaced and bracketed. */
export function expressionText(tree: Expression, nameOf: (name: string) => string = (name) => name): string {
  return print(tree, nameOf, 0);
}

/** Higher binds tighter; what binds less than its place asks for is put in brackets. */
const strength: Readonly<Record<string, number>> = {
  ...{ or: 1, and: 2, '=': 3, '!=': 3, '<': 3, '<=': 3, '>': 3, '>=': 3 },
  ...{ '+': 4, '-': 4, '*': 5, '/': 5 },
};

function print(tree: Expression, nameOf: (name: string) => string, least: number): string {
  switch (tree.kind) {
    case 'number':
    case 'flag':
      return `${tree.value}`;
    case 'text':
      return `'${tree.value.replaceAll("'", "''")}'`;
    case 'name': {
      const name = nameOf(tree.name);
      const path = tree.path ? ` (${tree.path.join('.')})` : '';
      return `${plain.test(name) && !words.has(name) ? name : `\`${name}\``}${path}`;
    }
    case 'negate':
      return `-${print(tree.operand, nameOf, 6)}`;
    case 'not':
      return bracketed(`not ${print(tree.operand, nameOf, 3)}`, least > 3);
    case 'call':
      return `${tree.called}(${tree.given.map((given) => print(given, nameOf, 0)).join(', ')})`;
    case 'binary': {
      const own = strength[tree.operator] ?? 0;
      // Comparisons do not follow each other, so neither side may be one.
      const left = print(tree.left, nameOf, own === 3 ? 4 : own);
      return bracketed(`${left} ${tree.operator} ${print(tree.right, nameOf, own + 1)}`, own < least);
    }
  }
}

function bracketed(text: string, isNeeded: boolean): string {
  return isNeeded ? `(${text})` : text;
}
