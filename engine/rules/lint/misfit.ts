import type { TestNode } from '../../model/condition.ts';
import { testText } from '../conditions/condition-text.ts';
import { operators } from '../conditions/operators.ts';
import { splitOperator } from '../conditions/split-operator.ts';
import type { FactDomain } from '../meaning/fact-domain.ts';
import { numberOfText } from '../meaning/text-set.ts';
import { describe } from '../shape.ts';

/** Why a comparison does not go with the kind of value that its fact has. */
export interface Misfit {
  readonly found: string;
  readonly expected: string;
  readonly hint: string;
}

/** What is wrong with the operator or the value, where the kind of the fact is known; undefined when they fit. */
export function misfitOf(test: TestNode, domain: FactDomain): Misfit | undefined {
  if (domain.kind === 'any') return undefined;
  const { name: operator, decorators } = splitOperator(test.operator);
  // Here the value stands in the fact's place.
  if (decorators.includes('swap')) return undefined;
  return (
    operatorMisfit(test, { operator, decorators, domain }) ??
    valuesBeside(test, decorators.includes('someValue') || decorators.includes('everyValue'))
      .map((value) => valueMisfit(test, value, { operator, domain }))
      .find((misfit) => misfit !== undefined)
  );
}

function operatorMisfit(
  test: TestNode,
  {
    operator,
    decorators,
    domain,
  }: { readonly operator: string; readonly decorators: readonly string[]; readonly domain: FactDomain },
): Misfit | undefined {
  const decorator = decorators.find((name) => name === 'someFact' || name === 'everyFact');
  const takes = decorator === undefined ? takenBy(operator) : 'list';
  if (takes === undefined || fitting[takes].includes(domain.kind)) return undefined;
  const { name } = test.left.read;
  return {
    found: `\`${decorator === undefined ? operator : `${decorator}:`}\` with \`${name}\`, which is ${domain.words}`,
    expected: `an operator for ${kindsInWords[domain.kind]}`,
    hint: operatorHints[domain.kind],
  };
}

type Taken = 'number' | 'text' | 'list' | 'place';

/** What a fact must be for the operator to make sense; undefined where any kind will do, or where it is hard to say. */
function takenBy(operator: string): Taken | undefined {
  const takes = operators.get(operator)?.takes;
  return takes === 'number' || takes === 'text' || takes === 'list' || takes === 'place' ? takes : undefined;
}

const fitting: Readonly<Record<Taken, readonly FactDomain['kind'][]>> = {
  number: ['number'],
  text: ['text'],
  list: [],
  place: ['text'],
};

const kindsInWords = {
  number: 'numbers',
  text: 'texts',
  flag: '`true` or `false`',
  any: 'any value',
} as const;

const operatorHints = {
  number: 'Use `equal`, `lessThan`, `greaterThan` or another operator that compares numbers.',
  text: 'Use `equal`, `in`, `startsWith` or another operator that compares texts.',
  flag: 'Use `equal` with `true` or `false`.',
  any: 'Use another operator.',
} as const;

/** The single values that the fact is compared with. */
function valuesBeside({ operator, right }: TestNode, isList: boolean): readonly unknown[] {
  if ('slot' in right) return [];
  const { literal } = right;
  const takesList = isList || operator.endsWith('in') || operator.endsWith('notIn');
  return takesList && Array.isArray(literal) ? literal : [literal];
}

const equalities = new Set(['equal', 'notEqual', 'in', 'notIn']);

function valueMisfit(
  test: TestNode,
  value: unknown,
  { operator, domain }: { readonly operator: string; readonly domain: FactDomain },
): Misfit | undefined {
  const isOrder = takenBy(operator) === 'number' && operator !== 'between';
  if (!isOrder && !equalities.has(operator)) return undefined;
  if (kindOf(value) === domain.kind) return undefined;
  const found = `\`${testText(test)}\`, which compares ${describe(value)} with \`${test.left.read.name}\`, and that is ${domain.words}`;
  return { found, expected: `${valueInWords[domain.kind]} beside it`, hint: valueHint(value, test, domain) };
}

const valueInWords = {
  number: 'a number',
  text: 'a text',
  flag: '`true` or `false`',
  any: 'any value',
} as const;

function kindOf(value: unknown): FactDomain['kind'] | undefined {
  switch (typeof value) {
    case 'number':
      return 'number';
    case 'string':
      return 'text';
    case 'boolean':
      return 'flag';
    default:
      return undefined;
  }
}

function valueHint(value: unknown, { left }: TestNode, { kind }: FactDomain): string {
  if (value === null)
    return `To ask whether \`${left.read.name}\` is missing, put \`not:\` around a comparison that always holds when it is there.`;
  if (typeof value === 'string') {
    if (kind === 'number' && numberOfText(value) !== undefined)
      return `Write it without quotes: ${value.trim()}.`;
    if (kind === 'flag' && (value === 'true' || value === 'false'))
      return `Write it without quotes: ${value}.`;
  }
  if (kind === 'text' && typeof value !== 'object') return `Put it in quotes: "${String(value)}".`;
  return `Compare \`${left.read.name}\` with ${valueInWords[kind]}.`;
}
