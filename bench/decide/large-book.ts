import { parseRuleFile } from '../../adapters/rule-files/parse-rule-file.ts';
import { openLibraries } from '../../adapters/wiring/libraries.ts';
import { compileRulebook, type JsonObject, type Rulebook } from '../../engine/index.ts';
import { Random } from '../measure/random.ts';
import { drawTiers, type TierFacts } from '../rules/realistic-book.ts';
import type { FactModel, FactValue, Tree } from '../rules/workload.ts';

/**
 * A rulebook of any number of actions over 200 features, 20 contact policies that speak of each of them, and one placement
 * that shows three. Conditions are those of the realistic book of the matching benchmark; their thresholds are values that
 * customers have, so that about half of the comparisons hold.
 */
export interface LargeBook {
  readonly rulebook: Rulebook;
  /** Eligibility, applicability and suitability of each action, as other evaluators need them. */
  readonly tiers: readonly (readonly (Tree | undefined)[])[];
}

export interface BookSize {
  readonly actions: number;
  readonly features: number;
  readonly policies: number;
  /** Every option is drawn with a probability of its own, as models ask for; else the best, and 1 in 50 by chance. */
  readonly isWeighed?: boolean;
}

/** The size that is compared with others. */
export const usualSize = { features: 200, policies: 20 } as const;

export const placement = 'home-hero';
export const channel = 'web';
export const eventNames = Array.from({ length: 20 }, (_, index) => `Touched ${index}`);
export const categories = ['boots', 'tents', 'jackets', 'lamps', 'stoves', 'maps', 'ropes', 'skis'] as const;

/** Ten features an event. */
const featureForms: readonly ((event: string) => JsonObject)[] = [
  (event) => ({ count: event, within: '7d' }),
  (event) => ({ count: event, within: '30d' }),
  (event) => ({ count: event }),
  (event) => ({ sum: event, of: 'properties.amount', within: '30d' }),
  (event) => ({ avg: event, of: 'properties.amount' }),
  (event) => ({ max: event, of: 'properties.amount', within: '90d' }),
  (event) => ({ recency: event }),
  (event) => ({ last: event, of: 'properties.category' }),
  (event) => ({ distinct: event, of: 'properties.category', within: '30d' }),
  (event) => ({ decayed: event, halfLife: '7d' }),
];

export function featureNames(count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `touch.f${index}`);
}

function featureOf(index: number): JsonObject {
  const form = featureForms[index % featureForms.length];
  const event = eventNames[Math.floor(index / featureForms.length) % eventNames.length];
  if (!form || event === undefined) throw new Error('every number has a feature');
  return form(event);
}

/** All of them allow a little more than customers had, so that every one of them is counted to its end. */
const policyForms: readonly ((index: number) => JsonObject)[] = [
  () => ({ scope: 'customer', limit: 60, within: '7d', counts: 'decided' }),
  () => ({ scope: 'channel', limit: 50, within: '3d', counts: 'decided' }),
  () => ({ scope: 'group', limit: 12, within: '7d', counts: 'decided' }),
  () => ({ scope: 'action', limit: 3, within: '30d', counts: 'decided' }),
  () => ({ scope: 'issue', limit: 40, within: '14d', counts: 'decided' }),
  () => ({ scope: 'action', limit: 2, within: '7d', counts: 'impression' }),
  () => ({ scope: 'treatment', limit: 2, within: '7d', counts: 'decided' }),
  () => ({ scope: 'action', pause: '2h', counts: 'decided' }),
  () => ({ scope: 'action', pause: '3d', counts: 'click' }),
  () => ({ scope: 'group', limit: 30, within: 'month', counts: 'decided' }),
];

function policyOf(index: number): JsonObject {
  const form = policyForms[index % policyForms.length];
  if (!form) throw new Error('every number has a policy');
  return form(index);
}

const libraries = openLibraries();

function settingsOf({ features, policies, isWeighed = false }: Omit<BookSize, 'actions'>): JsonObject {
  const names = featureNames(features);
  return {
    channels: { [channel]: { direction: 'pull' } },
    placements: { [placement]: { channel, limit: 3, fallback: { title: 'Hello' } } },
    features: Object.fromEntries(names.map((name, index) => [name, featureOf(index)])),
    policies: Object.fromEntries(
      Array.from({ length: policies }, (_, index) => [`policy-${index}`, policyOf(index)]),
    ),
    arbitration: {
      exploration: isWeighed ? { floor: 0.01, uniform: 0.01 } : 0.02,
      prior: { positives: 1, negatives: 9 },
    },
  };
}

/** The features alone, for customers to be made with. */
export function bookWithoutActions(size: Omit<BookSize, 'actions'>): Rulebook {
  return compiled([settingsOf(size), actionOf(0, [undefined, undefined, undefined], new Random(1))]);
}

/** `seen` holds the values that customers have, by feature. */
export function largeBook(size: BookSize, seen: ReadonlyMap<string, readonly FactValue[]>): LargeBook {
  const random = new Random(0xdec1de + size.actions);
  const facts = tierFacts([...seen].flatMap(([name, values]) => modelOf(name, values)));
  const tiers = Array.from({ length: size.actions }, () => drawTiers(facts, random));
  const actions = tiers.map((own, index) => actionOf(index, own, random));
  return { rulebook: compiled([settingsOf(size), ...actions]), tiers };
}

function modelOf(name: string, values: readonly FactValue[]): readonly FactModel[] {
  const numbers = values.filter((value) => typeof value === 'number');
  if (numbers.length > 0) {
    const draw = (random: Random): number => random.pick(numbers);
    return [{ name, kind: 'number', value: draw, threshold: draw }];
  }
  const texts = new Set(values.filter((value) => typeof value === 'string'));
  return texts.size > 0 ? [{ name, kind: 'text', values: [...texts] }] : [];
}

/** A third each for the three tiers; with few of them, all share all. */
function tierFacts(models: readonly FactModel[]): TierFacts {
  const third = (which: number): readonly FactModel[] => {
    const own = models.filter((_, index) => index % 3 === which);
    return own.length > 0 ? own : models;
  };
  return { who: third(0), behaviour: third(1), care: third(2) };
}

const groups = Array.from({ length: 24 }, (_, index) => `issue-${index % 6}/group-${index}`);

function actionOf(
  index: number,
  [eligibility, applicability, suitability]: readonly (Tree | undefined)[],
  random: Random,
): JsonObject {
  return {
    action: `action-${index}`,
    group: random.pick(groups),
    value: random.between(5, 60),
    ...(random.chance(0.2) && { lever: random.between(-20, 40) }),
    ...(eligibility && { eligibility: eligibility as JsonObject }),
    ...(applicability && { applicability: applicability as JsonObject }),
    ...(suitability && { suitability: suitability as JsonObject }),
    treatments: { card: { channel, content: { title: `Title ${index}` } } },
  };
}

const documentsPerFile = 1_000;

function compiled(documents: readonly JsonObject[]): Rulebook {
  const files = [];
  for (let from = 0; from < documents.length; from += documentsPerFile) {
    const part = documents.slice(from, from + documentsPerFile);
    const text = part.map((document) => JSON.stringify(document)).join('\n---\n');
    files.push(parseRuleFile(`book-${from}.yaml`, text).file);
  }
  const { rulebook, diagnostics } = compileRulebook({
    files,
    version: `large-${documents.length}`,
    libraries,
  });
  if (rulebook) return rulebook;
  throw new Error(`the large book is not valid: ${JSON.stringify(diagnostics.slice(0, 3), undefined, 2)}`);
}
