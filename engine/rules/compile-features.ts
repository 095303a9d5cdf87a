import type { Feature, FeatureKind } from '../model/rulebook.ts';
import { addTo, type BookContext, compileOptional } from './book-context.ts';
import { oneOrMany } from './collection-shapes.ts';
import { condition } from './conditions/condition-fields.ts';
import { eventFacts } from './conditions/fact-scope.ts';
import { factNamespaces } from './conditions/fact-table.ts';
import type { Cursor } from './cursor.ts';
import { readEventPath } from './event-path.ts';
import { defaulted, object, optional, type Values } from './object-shape.ts';
import type { Draft } from './register.ts';
import { duration, flag, inWords, oneOf, text } from './scalar-shapes.ts';

const kinds: readonly FeatureKind[] = ['count', 'sum', 'last', 'recency'];
const unitsMs = { seconds: 1_000, minutes: 60_000, hours: 3_600_000, days: 86_400_000 } as const;
const units = ['seconds', 'minutes', 'hours', 'days'] as const;

const events = oneOrMany(text);
const fields = {
  count: optional(events, 'How many of these events there were.'),
  sum: optional(events, 'Sum of a number in these events.'),
  last: optional(events, 'Value in the newest of these events.'),
  recency: optional(events, 'Time since the newest of these events.'),
  of: optional(text, 'Where the value stands in the event, such as `properties.revenue`.'),
  where: optional(condition, 'Only events that satisfy this condition on `event.*`.'),
  within: optional(duration(), 'Rolling window; for ever when absent.'),
  exact: defaulted(flag, false, 'Never round the window to buckets.'),
  unit: optional(oneOf(units), 'Unit of a recency.'),
};

export const featureShape = object('a feature', fields);
export type FeatureFields = Values<typeof fields>;

export interface CompiledFeatures {
  readonly features: ReadonlyMap<string, Feature>;
  readonly featuresByEvent: ReadonlyMap<string, readonly Feature[]>;
}

export function compileFeatures(context: BookContext): CompiledFeatures {
  const features = new Map<string, Feature>();
  const featuresByEvent = new Map<string, Feature[]>();
  for (const draft of context.drafts.features.drafts) {
    const feature = compileFeature(draft, context);
    if (!feature) continue;
    features.set(feature.name, feature);
    for (const event of feature.events) addTo(featuresByEvent, event, feature);
  }
  return { features, featuresByEvent };
}

function compileFeature(draft: Draft<FeatureFields>, context: BookContext): Feature | undefined {
  const { name, value, at } = draft;
  checkNamespace(name, at);
  const kind = readKind(value, at);
  const where = compileOptional(value.where, at.at('where'), { context, allowed: eventFacts });
  const of = value.of === undefined ? undefined : readEventPath(value.of, at.at('of'));
  if (!kind || !checkFields(kind, value, at)) return undefined;
  return {
    name,
    kind,
    events: value[kind] ?? [],
    ...(of === undefined ? {} : { of }),
    ...(where === undefined ? {} : { where }),
    ...(value.within === undefined ? {} : { windowMs: value.within }),
    exact: value.exact,
    unitMs: unitsMs[value.unit ?? 'days'],
  };
}

/** A feature called `traits.x` would hide a trait. */
function checkNamespace(name: string, at: Cursor): void {
  const first = name.split('.')[0] ?? '';
  if (!factNamespaces.includes(first)) return;
  at.error(
    'NBR_BAD_NAME',
    `${at.label}: expected a feature name that does not begin with one of ${inWords(factNamespaces)}, found \`${name}\`.`,
  );
}

function readKind(value: FeatureFields, at: Cursor): FeatureKind | undefined {
  const present = kinds.filter((kind) => value[kind] !== undefined);
  if (present.length === 1) return present[0];
  const code = present.length === 0 ? 'NBR_MISSING_FIELD' : 'NBR_CONFLICTING_FIELDS';
  const found = present.length === 0 ? 'none' : inWords(present);
  at.error(code, `${at.label}: expected one of ${inWords(kinds)}, found ${found}.`);
  return undefined;
}

function checkFields(kind: FeatureKind, value: FeatureFields, at: Cursor): boolean {
  const needsOf = kind === 'sum' || kind === 'last';
  if (needsOf && value.of === undefined) {
    at.error('NBR_MISSING_FIELD', `${at.label}: expected \`of\` beside \`${kind}\`, found none.`);
    return false;
  }
  const stray = [
    ...(needsOf ? [] : ['of' as const]),
    // The newest event is kept for ever, so a window would say something else than it does.
    ...(kind === 'recency' || kind === 'last' ? ['within' as const] : []),
    ...(kind === 'recency' ? [] : ['unit' as const]),
  ].filter((name) => value[name] !== undefined);
  for (const name of stray) {
    at.at(name).error(
      'NBR_CONFLICTING_FIELDS',
      `${at.label}: expected no \`${name}\` beside \`${kind}\`, found one.`,
    );
  }
  return stray.length === 0;
}
