import type { CalendarPeriod, FeatureKind, QuintileEdges } from '../model/feature.ts';
import { mapOf, oneOrMany } from './collection-shapes.ts';
import { condition } from './conditions/condition-fields.ts';
import { durationExpected, durationPattern, parseDuration } from './duration.ts';
import { object, optional, required, type Values } from './object-shape.ts';
import { duration, flag, number, oneOf, text } from './scalar-shapes.ts';
import { invalid, type Shape, wrongType, wrongValue } from './shape.ts';

export const featureKinds = [
  'count',
  'sum',
  'avg',
  'min',
  'max',
  'first',
  'last',
  'distinct',
  'recency',
  'decayed',
  'score',
  'ratio',
  'sessions',
  'rfm',
] as const satisfies readonly FeatureKind[];

const units = ['seconds', 'minutes', 'hours', 'days'] as const;

/** The calendar windows as they are written, for people. */
export const calendarWords = {
  today: 'day',
  'this week': 'week',
  'this month': 'month',
  'this quarter': 'quarter',
  'this year': 'year',
} as const satisfies Readonly<Record<string, CalendarPeriod>>;

/** A rolling window in ms, or a period of the calendar. */
type Window = number | CalendarPeriod;

const words = Object.keys(calendarWords);
const windowExpected = `${durationExpected}, or \`today\`, \`this week\`, \`this month\`, \`this quarter\` or \`this year\``;

const window: Shape<Window> = {
  expected: windowExpected,
  schema: { anyOf: [{ enum: words }, { type: 'string', pattern: durationPattern }] },
  read: (value, at) => {
    if (typeof value !== 'string') return wrongType(at, windowExpected, value);
    if (Object.hasOwn(calendarWords, value)) return calendarWords[value as keyof typeof calendarWords];
    const ms = parseDuration(value);
    if (ms !== undefined && ms >= 1) return ms;
    const expected = ms === undefined ? windowExpected : 'a duration of 1 ms or more';
    at.error('NBR_BAD_DURATION', `${at.label}: expected ${expected}, found "${value}".`);
    return invalid;
  },
};

const edgesExpected = 'a list of four numbers, none smaller than the one before it, such as `[1, 2, 5, 10]`';

const edges: Shape<QuintileEdges> = {
  expected: edgesExpected,
  schema: { type: 'array', items: { type: 'number' }, minItems: 4, maxItems: 4 },
  read: (value, at) => {
    if (!Array.isArray(value)) return wrongType(at, edgesExpected, value);
    const [first, second, third, fourth, ...others] = value as readonly unknown[];
    const found = [first, second, third, fourth];
    if (others.length > 0 || !found.every((edge) => typeof edge === 'number' && Number.isFinite(edge)))
      return wrongValue(at, edgesExpected, value);
    const numbers = found as unknown as QuintileEdges;
    const isAscending = numbers.every((edge, index) => index === 0 || edge >= (numbers[index - 1] ?? edge));
    return isAscending ? numbers : wrongValue(at, edgesExpected, value);
  },
};

const rfmEdges = {
  recency: required(edges, 'Days since the last purchase; up to the first number is a 5.'),
  frequency: required(edges, 'Purchases; up to the first number is a 1.'),
  monetary: required(edges, 'What they came to; up to the first number is a 1.'),
};

const events = oneOrMany(text);

export const featureFields = {
  count: optional(events, 'How many of these events there were.'),
  sum: optional(events, 'Sum of a number in these events.'),
  avg: optional(events, 'Average of a number in these events.'),
  min: optional(events, 'Smallest number in these events.'),
  max: optional(events, 'Largest number in these events.'),
  first: optional(events, 'Value in the oldest of these events.'),
  last: optional(events, 'Value in the newest of these events.'),
  distinct: optional(events, 'How many different values these events had.'),
  recency: optional(events, 'Time since the newest of these events.'),
  decayed: optional(events, 'Count, or sum of a number, that loses half of itself every `halfLife`.'),
  score: optional(
    mapOf(/^.+$/u, number()),
    'Points by event, such as `{ Email Opened: 1, Order Completed: 10 }`, that lose half of themselves every `halfLife`.',
  ),
  ratio: optional(text, 'Name of a feature that is divided by the one in `over`.'),
  sessions: optional(events, 'How many visits these events make up.'),
  rfm: optional(
    events,
    'Recency, frequency and monetary value of these purchases, as three digits of 1 to 5.',
  ),
  of: optional(text, 'Where the value stands in the event, such as `properties.revenue`.'),
  over: optional(text, 'Name of the feature that a `ratio` is divided by.'),
  by: optional(text, 'Where the text stands that tells the events apart, such as `properties.category`.'),
  where: optional(condition, 'Only events that satisfy this condition on `event.*`.'),
  within: optional(
    window,
    'The window: a duration that rolls, or `today`, `this week` and so on; for ever when absent.',
  ),
  exact: optional(flag, 'Never round the window to buckets.'),
  lateness: optional(duration({ minMs: 0 }), 'Events that arrive later than this do not count.'),
  halfLife: optional(duration({ minMs: 1_000 }), 'Time after which an event is worth half.'),
  gap: optional(duration(), 'A longer pause than this ends a session.'),
  edges: optional(object('the edges of the fifths', rfmEdges), 'Where the fifths of all customers end.'),
  unit: optional(oneOf(units), 'Unit of a `recency`, or of how long sessions last.'),
};

export const featureShape = object('a feature', featureFields);
export type FeatureFields = Values<typeof featureFields>;

type Extra = Exclude<keyof FeatureFields, FeatureKind>;

/** The fields that stand beside each kind. */
export const fieldsBeside: Readonly<
  Record<FeatureKind, { readonly needed: readonly Extra[]; readonly allowed: readonly Extra[] }>
> = {
  count: { needed: [], allowed: ['by', 'within', 'exact'] },
  sum: { needed: ['of'], allowed: ['by', 'within', 'exact'] },
  avg: { needed: ['of'], allowed: ['within', 'exact'] },
  min: { needed: ['of'], allowed: ['within', 'exact'] },
  max: { needed: ['of'], allowed: ['within', 'exact'] },
  first: { needed: ['of'], allowed: ['within', 'exact'] },
  // It hides what is too old and keeps nothing else, so there is nothing to round.
  last: { needed: ['of'], allowed: ['within'] },
  distinct: { needed: ['of'], allowed: ['within', 'exact'] },
  // Time since the newest event says by itself how far back that is.
  recency: { needed: [], allowed: ['unit'] },
  decayed: { needed: ['halfLife'], allowed: ['of'] },
  score: { needed: ['halfLife'], allowed: [] },
  ratio: { needed: ['over'], allowed: [] },
  sessions: { needed: ['gap'], allowed: ['within', 'exact', 'unit'] },
  rfm: { needed: ['of', 'edges'], allowed: ['within', 'exact'] },
};

/** A ratio reads no events of its own. */
export const fieldsBesideEvents: readonly Extra[] = ['where', 'lateness'];
export const extraFields: readonly Extra[] = Object.keys(featureFields).filter(
  (name): name is Extra => !(featureKinds as readonly string[]).includes(name),
);
