import type { FactOperand, FactRead } from '../../model/condition.ts';
import type { Feature, FeatureKind } from '../../model/rulebook.ts';
import { everyNumber, type NumberLine, numbersFromZero } from './number-set.ts';
import { everyText, noText } from './text-set.ts';
import { anyValue, noValue, others, type ValueSet } from './value-set.ts';

/** The values that a fact can ever have. */
export interface FactDomain extends NumberLine {
  readonly values: ValueSet;
  /** What kind of value it is; a fact of kind `any` says nothing about itself before it is read. */
  readonly kind: 'number' | 'text' | 'flag' | 'any';
  /** The same for messages. */
  readonly words: string;
}

/** The domain of every fact of a book. */
export type FactDomains = (read: FactRead) => FactDomain;

const missing = others.missing.bit;
const flags = others.true.bit | others.false.bit;

export const anything: FactDomain = { values: anyValue, whole: false, kind: 'any', words: 'any value' };

const counted: FactDomain = {
  values: { ...noValue, numbers: numbersFromZero },
  whole: true,
  kind: 'number',
  words: 'a whole number, 0 or more',
};

/** The newest value that was there: a null is passed over. */
const newest: FactDomain = {
  values: { ...anyValue, others: anyValue.others & ~others.null.bit },
  whole: false,
  kind: 'any',
  words: 'any value but null',
};

const summed: FactDomain = {
  values: { ...noValue, numbers: everyNumber },
  whole: false,
  kind: 'number',
  words: 'a number',
};

const elapsed: FactDomain = {
  values: { ...noValue, numbers: numbersFromZero, others: missing },
  whole: false,
  kind: 'number',
  words: 'a number, 0 or more, or missing',
};

const flag: FactDomain = {
  values: { ...noValue, others: flags },
  whole: false,
  kind: 'flag',
  words: '`true` or `false`',
};

const time: FactDomain = {
  values: { ...noValue, numbers: everyNumber, others: missing },
  whole: false,
  kind: 'number',
  words: 'a time in milliseconds',
};

const written: FactDomain = {
  values: { ...noValue, texts: everyText, others: missing },
  whole: false,
  kind: 'text',
  words: 'a text',
};

const featureDomains: Readonly<Record<FeatureKind, FactDomain>> = {
  count: counted,
  sum: summed,
  recency: elapsed,
  last: newest,
};

/** Facts of the customer and of the event whose type is known whatever the book. */
const namedDomains: ReadonlyMap<string, FactDomain> = new Map([
  ['customer.known', flag],
  ['customer.daysSinceFirstSeen', elapsed],
  ['customer.daysSinceLastSeen', elapsed],
  ['customer.key', written],
  ['customer.timeZone', written],
  ['now', time],
  ['event.name', written],
  ['event.type', written],
  ['event.timestamp', time],
]);

/** The domains of the facts of a book with these features. What is not known could be anything. */
export function factDomains(features: ReadonlyMap<string, Pick<Feature, 'kind'>>): FactDomains {
  return ({ name, kind }) => {
    if (kind !== 'feature') return namedDomains.get(name) ?? anything;
    const feature = features.get(name);
    return feature ? featureDomains[feature.kind] : anything;
  };
}

/** The same, where a fact is one of some texts. */
export function withTexts(domains: FactDomains, name: string, texts: readonly string[]): FactDomains {
  const except = new Set(texts);
  const domain: FactDomain = {
    values: { ...noValue, texts: { ...noText, except } },
    whole: false,
    kind: 'text',
    words: [...except].map((text) => `"${text}"`).join(' or '),
  };
  return (read) => (read.name === name ? domain : domains(read));
}

/** A value that is no list and no map answers for itself, whatever the path; below any other value anything may stand. */
export function domainOf(
  { read, path }: Pick<FactOperand, 'read' | 'path'>,
  domains: FactDomains,
): FactDomain {
  const domain = domains(read);
  return path === undefined || domain.kind !== 'any' ? domain : anything;
}

/** Tells facts apart by name and path, so that conditions of two books can be compared. */
export function factKey({ read, path }: Pick<FactOperand, 'read' | 'path'>, domains: FactDomains): string {
  return path === undefined || path.length === 0 || domains(read).kind !== 'any'
    ? read.name
    : `${read.name}\n${JSON.stringify(path)}`;
}
