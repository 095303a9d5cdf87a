import { type FeatureParts, hasParts, partsOf } from '../features/feature-parts.ts';
import type { Feature, FeatureKind, FeatureOf } from '../model/feature.ts';
import { addTo, type BookContext, compileOptional } from './book-context.ts';
import { eventFacts } from './conditions/fact-scope.ts';
import { factNamespaces } from './conditions/fact-table.ts';
import type { Cursor } from './cursor.ts';
import { readEventPath } from './event-path.ts';
import { withKeys } from './feature-key.ts';
import {
  extraFields,
  type FeatureFields,
  featureKinds,
  fieldsBeside,
  fieldsBesideEvents,
} from './feature-shape.ts';
import type { Draft } from './register.ts';
import { inWords } from './scalar-shapes.ts';

const unitsMs = { seconds: 1_000, minutes: 60_000, hours: 3_600_000, days: 86_400_000 } as const;

export interface CompiledFeatures {
  readonly features: ReadonlyMap<string, Feature>;
  /** One of those that share a state. */
  readonly featuresByEvent: ReadonlyMap<string, readonly Feature[]>;
}

export function compileFeatures(context: BookContext): CompiledFeatures {
  const { drafts } = context.drafts.features;
  const plain: Feature[] = [];
  for (const draft of drafts) {
    checkName(draft, context);
    const feature = draft.value.ratio === undefined ? compileFeature(draft, context) : undefined;
    if (feature) plain.push(feature);
  }
  const compiled = new Map(withKeys(plain).map((feature) => [feature.name, feature]));
  const ratios = drafts.flatMap((draft) => compileRatio(draft, compiled, context) ?? []);
  for (const ratio of withKeys(ratios)) compiled.set(ratio.name, ratio);
  // In the order of the book, ratios among the others.
  const features = drafts.flatMap(({ name }) => compiled.get(name) ?? []);
  return {
    features: new Map(features.map((feature) => [feature.name, feature])),
    featuresByEvent: byEvent(features),
  };
}

function byEvent(features: readonly Feature[]): ReadonlyMap<string, readonly Feature[]> {
  const found = new Map<string, Feature[]>();
  const keys = new Set<string>();
  for (const feature of features) {
    if (feature.kind === 'ratio' || keys.has(feature.key)) continue;
    keys.add(feature.key);
    for (const event of feature.events) addTo(found, event, feature);
  }
  return found;
}

function compileFeature(draft: Draft<FeatureFields>, context: BookContext): Feature | undefined {
  const { name, value, at } = draft;
  const kind = readKind(value, at);
  const where = compileOptional(value.where, at.at('where'), { context, allowed: eventFacts });
  const of = value.of === undefined ? undefined : readEventPath(value.of, at.at('of'));
  const by = value.by === undefined ? undefined : readEventPath(value.by, at.at('by'));
  if (!kind || !checkFields(kind, value, at) || kind === 'ratio') return undefined;
  const { within, lateness, exact = false } = value;
  const base = {
    name,
    key: name,
    events: eventsOf(kind, value),
    of,
    where,
    by,
    windowMs: typeof within === 'number' ? within : undefined,
    calendar: typeof within === 'string' ? within : undefined,
    exact,
    unitMs: unitsMs[value.unit ?? (kind === 'sessions' ? 'minutes' : 'days')],
    latenessMs: lateness,
  };
  return withSettings(base, kind, value);
}

type Base = Omit<FeatureOf<'ratio'>, 'kind' | 'part' | 'whole'>;

/** Undefined where a field that the kind needs is absent, which is reported by then. */
function withSettings(
  base: Base,
  kind: Exclude<FeatureKind, 'ratio'>,
  { halfLife: halfLifeMs, gap: gapMs, score: weights, edges }: FeatureFields,
): Feature | undefined {
  switch (kind) {
    case 'decayed':
      return halfLifeMs === undefined ? undefined : { ...base, kind, halfLifeMs };
    case 'score':
      return halfLifeMs === undefined || !weights ? undefined : { ...base, kind, halfLifeMs, weights };
    case 'sessions':
      return gapMs === undefined ? undefined : { ...base, kind, gapMs };
    case 'rfm':
      return edges && { ...base, kind, edges };
    default:
      return { ...base, kind };
  }
}

function eventsOf(kind: Exclude<FeatureKind, 'ratio'>, value: FeatureFields): readonly string[] {
  return kind === 'score' ? Object.keys(value.score ?? {}) : (value[kind] ?? []);
}

const eventless = {
  events: [],
  of: undefined,
  where: undefined,
  by: undefined,
  windowMs: undefined,
  calendar: undefined,
  exact: false,
  unitMs: unitsMs.days,
  latenessMs: undefined,
};

function compileRatio(
  { name, value, at }: Draft<FeatureFields>,
  features: ReadonlyMap<string, Feature>,
  context: BookContext,
): Feature | undefined {
  if (value.ratio === undefined || !readKind(value, at) || !checkFields('ratio', value, at)) return undefined;
  const [part, whole] = (['ratio', 'over'] as const).map((field) =>
    operandOf(value[field] ?? '', { at: at.at(field), features, context }),
  );
  if (!part || !whole) return undefined;
  return { ...eventless, name, key: name, kind: 'ratio', part, whole };
}

function operandOf(
  name: string,
  {
    at,
    features,
    context,
  }: {
    readonly at: Cursor;
    readonly features: ReadonlyMap<string, Feature>;
    readonly context: BookContext;
  },
): Feature | undefined {
  if (!context.names.check('feature', name, at)) return undefined;
  const feature = features.get(name);
  if (feature && isNumber(feature)) return feature;
  const isRatio = context.drafts.features.drafts.some((draft) => draft.name === name && draft.value.ratio);
  // A feature that is at fault itself is reported already.
  if (feature || isRatio) {
    at.error(
      'NBR_WRONG_VALUE',
      `${at.label}: expected a feature that is one number, found \`${name}\`.`,
      'All are but `first`, `last`, `ratio`, `rfm` and those told apart `by` something.',
    );
  }
  return undefined;
}

function isNumber({ kind, by }: Feature): boolean {
  return by === undefined && kind !== 'first' && kind !== 'last' && kind !== 'ratio' && kind !== 'rfm';
}

/** A feature called `traits.x` would hide a trait, and one called `visits.duration` a part of the feature `visits`. */
function checkName({ name, at }: Draft<FeatureFields>, { drafts }: BookContext): void {
  const first = name.split('.')[0] ?? '';
  if (factNamespaces.includes(first)) {
    at.error(
      'NBR_BAD_NAME',
      `${at.label}: expected a feature name that does not begin with one of ${inWords(factNamespaces)}, found \`${name}\`.`,
    );
  }
  const above = drafts.features.drafts.find(
    (other) => name.startsWith(`${other.name}.`) && hasParts(partsOfDraft(other.value)),
  );
  if (!above) return;
  at.error(
    'NBR_BAD_NAME',
    `${at.label}: expected a feature name that does not begin with \`${above.name}.\`, found \`${name}\`; the parts of \`${above.name}\` go by such names.`,
  );
}

/** Of the features that have parts, as they are written. */
export function partsOfDrafts(drafts: readonly Draft<FeatureFields>[]): ReadonlyMap<string, FeatureParts> {
  const parts = drafts.map(({ name, value }) => [name, partsOfDraft(value)] as const);
  return new Map(parts.filter(([, own]) => hasParts(own)));
}

function partsOfDraft({ by, rfm, sessions }: FeatureFields): FeatureParts {
  const kind = rfm ? 'rfm' : sessions ? 'sessions' : 'count';
  return partsOf({ kind, ...(by !== undefined && { by }) });
}

function readKind(value: FeatureFields, at: Cursor): FeatureKind | undefined {
  const present = featureKinds.filter((kind) => value[kind] !== undefined);
  if (present.length === 1) return present[0];
  const code = present.length === 0 ? 'NBR_MISSING_FIELD' : 'NBR_CONFLICTING_FIELDS';
  const found = present.length === 0 ? 'none' : inWords(present);
  at.error(code, `${at.label}: expected one of ${inWords(featureKinds)}, found ${found}.`);
  return undefined;
}

function checkFields(kind: FeatureKind, value: FeatureFields, at: Cursor): boolean {
  const { needed, allowed } = fieldsBeside[kind];
  const missing = needed.filter((name) => value[name] === undefined);
  for (const name of missing) {
    at.error('NBR_MISSING_FIELD', `${at.label}: expected \`${name}\` beside \`${kind}\`, found none.`);
  }
  const fitting = new Set([...needed, ...allowed, ...(kind === 'ratio' ? [] : fieldsBesideEvents)]);
  const stray = extraFields.filter((name) => value[name] !== undefined && !fitting.has(name));
  for (const name of stray) {
    at.at(name).error(
      'NBR_CONFLICTING_FIELDS',
      `${at.label}: expected no \`${name}\` beside \`${kind}\`, found one.`,
    );
  }
  return missing.length === 0 && stray.length === 0;
}
