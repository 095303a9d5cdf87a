import { unreachable } from '../../assert.ts';
import { findPart, partsOf, topPart } from '../../features/feature-parts.ts';
import type { FactOperand, FactRead } from '../../model/condition.ts';
import type { AttributeType, Feature, Overlay } from '../../model/rulebook.ts';
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

/** Missing where there was nothing to tell it from. */
const figured: FactDomain = {
  values: { ...noValue, numbers: everyNumber, others: missing },
  whole: false,
  kind: 'number',
  words: 'a number, or missing',
};

const faded: FactDomain = {
  values: { ...noValue, numbers: numbersFromZero },
  whole: false,
  kind: 'number',
  words: 'a number, 0 or more',
};

const fifth: FactDomain = {
  values: {
    ...noValue,
    numbers: { cuts: [1, 5], inside: [false, true, true, true, false] },
    others: missing,
  },
  whole: true,
  kind: 'number',
  words: 'a whole number from 1 to 5, or missing',
};

const digits = ['1', '2', '3', '4', '5'];
const fifths: FactDomain = {
  values: {
    ...noValue,
    texts: {
      ...noText,
      except: new Set(digits.flatMap((r) => digits.flatMap((f) => digits.map((m) => `${r}${f}${m}`)))),
    },
    others: missing,
  },
  whole: false,
  kind: 'text',
  words: 'a text of three digits from 1 to 5, or missing',
};

/** Told apart by something: what it says of one thing is a part of it. */
const byKey: FactDomain = {
  values: { ...noValue, others: others.map.bit | others.textless.bit },
  whole: false,
  kind: 'any',
  words: 'a map',
};

/** What the domain of a feature depends on. */
type FeatureLook = Pick<Feature, 'kind'> & Partial<Pick<Feature, 'by' | 'of'>>;

function domainOfFeature(feature: FeatureLook): FactDomain {
  if (feature.by !== undefined) return byKey;
  switch (feature.kind) {
    case 'count':
    case 'distinct':
    case 'sessions':
      return counted;
    case 'sum':
    case 'score':
      return summed;
    case 'avg':
    case 'min':
    case 'max':
    case 'ratio':
      return figured;
    case 'decayed':
      return feature.of === undefined ? faded : summed;
    case 'recency':
      return elapsed;
    case 'first':
    case 'last':
      return newest;
    case 'rfm':
      return fifths;
    default:
      return unreachable(feature.kind);
  }
}

function domainOfPart(feature: FeatureLook, part: string): FactDomain {
  if (feature.by !== undefined) {
    if (part === topPart) return written;
    return feature.kind === 'count' ? counted : summed;
  }
  if (feature.kind === 'rfm') return fifth;
  return part === 'current_events' ? counted : faded;
}

/** Facts of the customer and of the event whose type is known whatever the book. */
const namedDomains: ReadonlyMap<string, FactDomain> = new Map([
  ['customer.known', flag],
  ['customer.daysSinceFirstSeen', elapsed],
  ['customer.daysSinceLastSeen', elapsed],
  ['customer.key', written],
  ['customer.timeZone', written],
  ['customer.timeZoneFrom', written],
  ['customer.jurisdiction', written],
  ['customer.jurisdictionFrom', written],
  ['now', time],
  ['event.name', written],
  ['event.type', written],
  ['event.timestamp', time],
]);

const attributeDomains: Readonly<Record<AttributeType, FactDomain>> = {
  number: {
    values: { ...noValue, numbers: everyNumber, others: missing },
    whole: false,
    kind: 'number',
    words: 'a number, or missing',
  },
  text: written,
  flag: {
    values: { ...noValue, others: flags | missing },
    whole: false,
    kind: 'flag',
    words: '`true` or `false`, or missing',
  },
};

/** The domains of the facts of a book with these features and overlays. What is not known could be anything. */
export function factDomains(
  features: ReadonlyMap<string, FeatureLook>,
  overlays: Overlays = new Map(),
): FactDomains {
  return ({ name, kind }) => {
    if (kind === 'overlay') return attributeDomain(name, overlays);
    if (kind !== 'feature') return namedDomains.get(name) ?? anything;
    const feature = features.get(name);
    if (feature) return domainOfFeature(feature);
    const found = findPart(name, (whole) => {
      const owner = features.get(whole);
      return owner && partsOf(owner);
    });
    const owner = found && features.get(found.feature);
    return owner ? domainOfPart(owner, found.part) : anything;
  };
}

type Overlays = ReadonlyMap<string, Pick<Overlay, 'attributes'>>;

function attributeDomain(fact: string, overlays: Overlays): FactDomain {
  const [, overlay = '', attribute = ''] = fact.split('.');
  const type = overlays.get(overlay)?.attributes[attribute];
  return type === undefined ? anything : attributeDomains[type];
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
