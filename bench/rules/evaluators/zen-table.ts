import type { Comparison, FactValue, Tree, Workload } from '../workload.ts';

export interface ZenTable {
  readonly inputs: readonly { readonly id: string; readonly name: string; readonly field?: string }[];
  readonly rules: readonly Readonly<Record<string, string>>[];
}

/** A column per fact; a cell holds what is asked of its fact, an empty one asks nothing. Only for plain lists. */
export function columnsByFact({ actions, factNames }: Workload): ZenTable {
  const blank = Object.fromEntries(factNames.map((fact) => [fact, '']));
  return {
    inputs: factNames.map((fact) => ({ id: fact, name: fact, field: fact })),
    rules: actions.map(({ tiers }, index) => {
      const [tree] = tiers;
      if (!tree || !('all' in tree))
        throw new Error('a column per fact takes plain lists of comparisons only');
      const cells = tree.all.map((comparison) => {
        if (!('fact' in comparison)) throw new Error('a cell takes one comparison');
        return [comparison.fact, toCell(comparison)] as const;
      });
      return { _id: `r${index}`, ...blank, ...Object.fromEntries(cells), action: String(index) };
    }),
  };
}

/** A list of comparisons has a column for each, any other condition one for itself. */
export function columnsOfExpressions({ actions }: Workload): ZenTable {
  const rows = actions.map(({ tiers }) =>
    tiers.flatMap((tree) => {
      if (!tree) return [];
      return 'all' in tree ? tree.all.map(toExpression) : [toExpression(tree)];
    }),
  );
  const columns = Array.from(
    { length: Math.max(...rows.map((row) => row.length)) },
    (_, index) => `c${index}`,
  );
  return {
    inputs: columns.map((column) => ({ id: column, name: column })),
    rules: rows.map((row, index) => {
      const cells = columns.map((column, cell) => [column, row[cell] ?? ''] as const);
      return { _id: `r${index}`, ...Object.fromEntries(cells), action: String(index) };
    }),
  };
}

const signs = {
  lessThan: '<',
  lessThanInclusive: '<=',
  greaterThan: '>',
  greaterThanInclusive: '>=',
  equal: '==',
  notEqual: '!=',
  in: 'in',
  notIn: 'not in',
} as const;

function toCell({ operator, value }: Comparison): string {
  if (operator === 'equal') return literal(value);
  return `${signs[operator]} ${literal(value)}`;
}

function toExpression(tree: Tree): string {
  if ('all' in tree) return `(${tree.all.map(toExpression).join(' and ')})`;
  if ('any' in tree) return `(${tree.any.map(toExpression).join(' or ')})`;
  if ('not' in tree) return `not (${toExpression(tree.not)})`;
  return `${tree.fact} ${signs[tree.operator]} ${literal(tree.value)}`;
}

function literal(value: FactValue | readonly FactValue[]): string {
  return JSON.stringify(value);
}
