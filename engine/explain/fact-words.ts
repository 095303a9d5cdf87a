import type { FailedCondition } from '../model/decision.ts';
import type { Feature, Rulebook } from '../model/rulebook.ts';
import {
  durationWords,
  listWords,
  momentWords,
  nameWords,
  numberWords,
  type WallClock,
  weekdays,
} from './phrases.ts';

/** Facts and conditions as people would say them. */

const customerFacts: Readonly<Record<string, string>> = {
  'customer.known': 'whether the customer is signed in',
  'customer.daysSinceFirstSeen': 'the days since the customer first came',
  'customer.daysSinceLastSeen': 'the days since the customer last came',
  'customer.key': 'who the customer is',
  'customer.timeZone': "the customer's time zone",
  'customer.jurisdiction': 'the country of the customer',
  now: 'the time',
};

/** What a fact tells: `the number of “Order Completed” in the last 365 days`. */
export function factWords(name: string, rulebook: Pick<Rulebook, 'features'>): string {
  const feature = rulebook.features.get(name);
  if (feature) return featureWords(feature);
  const known = Object.hasOwn(customerFacts, name) ? customerFacts[name] : undefined;
  if (known !== undefined) return known;
  const [space, ...path] = name.split('.');
  const rest = nameWords(path.join(' '));
  switch (space) {
    case 'traits':
      return `the customer's ${rest}`;
    case 'context':
      return `${rest} of the request`;
    case 'event':
      return `${nameWords(path[path.length - 1] ?? '')} of the event`;
    case 'overlay':
      return `${nameWords(path.slice(1).join(' '))} from ${nameWords(path[0] ?? '')}`;
    default:
      return nameWords(name.replaceAll('.', ' '));
  }
}

function featureWords(feature: Feature): string {
  const of = nameWords(feature.of?.[feature.of.length - 1] ?? 'value');
  // What else an event must be is in the feature's name and hardly to be said in a sentence.
  if (feature.where !== undefined)
    return `${nameWords(feature.name.replaceAll('.', ' '))}${windowWords(feature)}`;
  const events = listWords(feature.events.map(nameOfEvent), 'or');
  const over = `${events}${windowWords(feature)}`;
  switch (feature.kind) {
    case 'count':
      return `the number of ${over}`;
    case 'sum':
      return `the total ${of} of ${over}`;
    case 'avg':
      return `the average ${of} of ${over}`;
    case 'min':
      return `the lowest ${of} of ${over}`;
    case 'max':
      return `the highest ${of} of ${over}`;
    case 'first':
      return `the first ${of} of ${over}`;
    case 'last':
      return `the latest ${of} of ${over}`;
    case 'distinct':
      return `the number of different ${of} of ${over}`;
    case 'recency':
      return `the ${unitWords(feature.unitMs)} since the last ${over}`;
    default:
      return nameWords(feature.name.replaceAll('.', ' '));
  }
}

function nameOfEvent(name: string): string {
  return `“${name}”`;
}

function unitWords(unitMs: number): string {
  return durationWords(unitMs).replace(/^1 /, '').concat('s');
}

function windowWords({ windowMs, calendar }: Feature): string {
  if (calendar !== undefined) return ` this ${calendar}`;
  return windowMs === undefined ? '' : ` in the last ${durationWords(windowMs).replace(/^1 /, '')}`;
}

/** What follows "would have to", up to the value. */
const relations: Readonly<Record<string, string>> = {
  equal: 'be ',
  notEqual: 'be anything but ',
  lessThan: 'be less than ',
  lessThanInclusive: 'be at most ',
  greaterThan: 'be more than ',
  greaterThanInclusive: 'be at least ',
  in: 'be one of ',
  notIn: 'be none of ',
  between: 'be between ',
  contains: 'have ',
  doesNotContain: 'not have ',
  startsWith: 'begin with ',
  endsWith: 'end with ',
  matches: 'look like ',
  before: 'be before ',
  after: 'be after ',
  timeBetween: 'be between ',
  dateBetween: 'be between ',
  weekdayIn: 'be on ',
};

/** Of these, the values are the two ends. */
const spans: ReadonlySet<string> = new Set(['between', 'timeBetween', 'dateBetween']);

/** Of these, the values are written as they are read out. */
const plain: ReadonlySet<string> = new Set(['timeBetween', 'dateBetween', 'before', 'after']);

/** `the number of “Order Completed” would have to be at least 1, and it is 0`. */
export function failureWords(failed: FailedCondition, { rulebook, clock }: FactTeller): string {
  const { fact, operator, expected, seen, segment } = failed;
  if (fact === '') return 'its rule can never be met';
  const isNegated = operator.startsWith('not:');
  const name = isNegated ? operator.slice('not:'.length) : operator;
  const value = fact === 'now' && typeof seen === 'number' ? momentWords(seen, clock) : valueWords(seen);
  const is = seen === undefined ? 'nothing is known of it' : `it is ${value}`;
  const must = isNegated ? 'must not' : 'would have to';
  const within = segment === undefined ? '' : ` (for ${segmentWords(segment, rulebook)})`;
  return `${factWords(fact, rulebook)} ${must} ${wishWords(name, expected)}, and ${is}${within}`;
}

/** What facts are told with. */
export interface FactTeller {
  readonly rulebook: Rulebook;
  readonly clock: WallClock;
}

function wishWords(operator: string, expected: unknown): string {
  if (operator === 'anniversaryToday') return 'have its day today';
  if (!Object.hasOwn(relations, operator)) return `meet “${operator} ${valueWords(expected)}”`;
  const words = operator === 'weekdayIn' ? weekdayWords : plain.has(operator) ? String : valueWords;
  const link = spans.has(operator) ? 'and' : 'or';
  return `${relations[operator]}${Array.isArray(expected) ? listWords(expected.map(words), link) : words(expected)}`;
}

/** `fri` is Friday. */
function weekdayWords(short: unknown): string {
  return weekdays.find((name) => name.slice(0, 3).toLowerCase() === short) ?? String(short);
}

function segmentWords(name: string, { segments }: Rulebook): string {
  const description = segments.get(name)?.description;
  return description === undefined ? `the segment ${nameWords(name)}` : `“${description.replace(/\.$/, '')}”`;
}

/** A value as it is read out. */
export function valueWords(value: unknown): string {
  switch (typeof value) {
    case 'number':
      return numberWords(value);
    case 'string':
      return `“${value}”`;
    case 'boolean':
      return value ? 'yes' : 'no';
    case 'undefined':
      return 'unknown';
    default:
      if (value === null) return 'nothing';
      return Array.isArray(value)
        ? value.length === 0
          ? 'nothing'
          : listWords(value.map(valueWords), 'and')
        : JSON.stringify(value);
  }
}
