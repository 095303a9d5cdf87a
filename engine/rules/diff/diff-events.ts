import type { Feature, OutcomeRule, RfmEdges, Trigger } from '../../model/rulebook.ts';
import type { Change, FieldChange } from './change.ts';
import { placeOf } from './change-place.ts';
import type { Comparison } from './comparison.ts';
import { lastingGroups } from './diff-policies.ts';
import { type Direction, ofSets, together } from './direction.ts';
import { jsonChanges, plainChange, setChange } from './json-changes.ts';
import { comingsAndGoings, fieldsChanged } from './make-change.ts';
import { type Pair, renamed } from './pairing.ts';

/** What is read from events: triggers, outcomes and features. Conditions on them are compared with all others. */

export function diffTriggers(comparison: Comparison): readonly Change[] {
  const { triggers } = comparison;
  return [
    ...comingsAndGoings(comparison, triggers, { of: 'trigger', topic: 'contacts', reach: () => 'more' }),
    ...triggers.pairs.flatMap((pair) => diffTrigger(comparison, pair)),
  ];
}

function diffTrigger(comparison: Comparison, { name, before, after }: Pair<Trigger>): readonly Change[] {
  const asked = renamed(before.placements, comparison.reading.placements);
  const waits = plainChange('wait', before.waitMs, after.waitMs, 'duration');
  const fields = [
    ...setChange('on', before.events, after.events),
    ...setChange('ask', asked, after.placements),
    ...waits,
  ];
  const reach: Direction =
    waits.length > 0
      ? 'other'
      : together([ofSets(before.events, after.events), ofSets(asked, after.placements)]);
  return fieldsChanged(comparison, { of: 'trigger', name, topic: 'contacts', reach }, fields);
}

export function diffOutcomes(comparison: Comparison): readonly Change[] {
  const { outcomes } = comparison;
  return [
    ...comingsAndGoings(comparison, outcomes, { of: 'outcome', topic: 'learning' }),
    ...outcomes.pairs.flatMap((pair) => diffOutcome(comparison, pair)),
  ];
}

function diffOutcome(comparison: Comparison, { name, before, after }: Pair<OutcomeRule>): readonly Change[] {
  const [was, is] = lastingGroups(comparison, before.groups, after.groups);
  return fieldsChanged(comparison, { of: 'outcome', name, topic: 'learning' }, [
    ...setChange('on', before.events, after.events),
    ...plainChange('outcome', before.outcome, after.outcome),
    ...plainChange('within', before.windowMs, after.windowMs, 'duration'),
    ...setChange('groups', was, is, 'filter'),
    ...setChange('actions', renamed(before.actions, comparison.reading.actions), after.actions, 'filter'),
    ...setChange('channels', before.channels, after.channels, 'filter'),
    ...plainChange('decision', before.decisionAt?.join('.'), after.decisionAt?.join('.')),
    ...plainChange('value', before.valueAt?.join('.'), after.valueAt?.join('.')),
  ]);
}

export function diffFeatures(comparison: Comparison): readonly Change[] {
  const { features } = comparison;
  return [
    ...comingsAndGoings(comparison, features, { of: 'feature', topic: 'learning' }),
    ...features.pairs.flatMap(({ name, before, after }) =>
      fieldsChanged(
        comparison,
        { of: 'feature', name, topic: 'learning' },
        featureFields(before, after, features.renames),
      ),
    ),
    ...features.pairs.flatMap((pair) => restarted(comparison, pair)),
  ];
}

/** Its state goes by what it means; a ratio has none. */
function restarted({ after: book }: Comparison, { name, before, after }: Pair<Feature>): readonly Change[] {
  if (before.key === after.key || after.kind === 'ratio') return [];
  const at = placeOf(book, 'after', { of: 'feature', name });
  return [{ kind: 'restarted', of: 'feature', name, topic: 'learning', reach: 'same', at }];
}

/** `renames`: what the new book calls features of the old one. */
export function featureFields(before: Feature, after: Feature, renames: ReadonlyMap<string, string>) {
  const hasUnit = before.kind === after.kind && (after.kind === 'recency' || after.kind === 'sessions');
  return [
    ...plainChange('kind', before.kind, after.kind),
    ...setChange(after.kind, before.events, after.events),
    ...plainChange('of', before.of?.join('.'), after.of?.join('.')),
    ...plainChange('by', before.by?.join('.'), after.by?.join('.')),
    ...windowChange(before, after),
    ...plainChange('exact', before.exact, after.exact),
    ...(hasUnit ? plainChange('unit', before.unitMs, after.unitMs, 'duration') : []),
    ...plainChange('lateness', before.latenessMs, after.latenessMs, 'duration'),
    ...settingChanges(before, after, renames),
  ];
}

function windowChange(before: Feature, after: Feature): readonly FieldChange[] {
  if (before.calendar === undefined && after.calendar === undefined)
    return plainChange('within', before.windowMs, after.windowMs, 'duration');
  return plainChange('within', windowText(before), windowText(after));
}

/** As it could be written in the file. */
function windowText({ windowMs, calendar }: Feature): string | undefined {
  if (calendar === undefined) return windowMs === undefined ? undefined : `${windowMs}ms`;
  return calendar === 'day' ? 'today' : `this ${calendar}`;
}

/** What only some kinds have; between two kinds everything is another. */
function settingChanges(
  before: Feature,
  after: Feature,
  renames: ReadonlyMap<string, string>,
): readonly FieldChange[] {
  const one = settingsOf(before);
  const nameNow = (name: string | undefined) => (name === undefined ? name : (renames.get(name) ?? name));
  const other = settingsOf(after);
  return [
    ...jsonChanges(one.score, other.score, 'score'),
    ...plainChange('ratio', nameNow(one.ratio), other.ratio),
    ...plainChange('over', nameNow(one.over), other.over),
    ...plainChange('halfLife', one.halfLife, other.halfLife, 'duration'),
    ...plainChange('gap', one.gap, other.gap, 'duration'),
    ...jsonChanges(one.edges, other.edges, 'edges'),
  ];
}

interface FeatureSettings {
  readonly score?: Readonly<Record<string, number>>;
  readonly ratio?: string;
  readonly over?: string;
  readonly halfLife?: number;
  readonly gap?: number;
  readonly edges?: RfmEdges;
}

function settingsOf(feature: Feature): FeatureSettings {
  switch (feature.kind) {
    case 'decayed':
      return { halfLife: feature.halfLifeMs };
    case 'score':
      return { halfLife: feature.halfLifeMs, score: feature.weights };
    case 'sessions':
      return { gap: feature.gapMs };
    case 'ratio':
      return { ratio: feature.part.name, over: feature.whole.name };
    case 'rfm':
      return { edges: feature.edges };
    default:
      return {};
  }
}
