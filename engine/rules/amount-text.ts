import { expressionText } from '../expressions/expression-text.ts';
import type { Json } from '../model/json.ts';
import type { Amount, Formula } from '../model/rulebook.ts';

/** Old names of facts, and what they are called now. */
export type FactNames = ReadonlyMap<string, string>;
const asTheyAre: FactNames = new Map();

/** An amount as reports show it, and by which two are told apart. */
export function amountText(amount: Amount, names: FactNames = asTheyAre): Json {
  if (typeof amount === 'number') return amount;
  const { default: absent, tree } = amount;
  return `${expressionText(tree, nameIn(names))}, else ${absent}`;
}

export function optionalAmountText(amount: Amount | undefined, names?: FactNames): Json | undefined {
  return amount === undefined ? undefined : amountText(amount, names);
}

export function formulaText(formula: Formula | undefined, names: FactNames = asTheyAre): string | undefined {
  return formula && expressionText(formula.tree, nameIn(names));
}

function nameIn(names: FactNames): (name: string) => string {
  return (name) => names.get(name) ?? name;
}
