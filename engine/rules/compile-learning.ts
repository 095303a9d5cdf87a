import { compareText } from '../compare-text.ts';
import { LevelRates } from '../learning/level-rates.ts';
import { limits } from '../limits.ts';
import type { FactSource, LearningRules, Rulebook } from '../model/rulebook.ts';
import type { BookContext } from './book-context.ts';
import { list } from './collection-shapes.ts';
import type { Cursor } from './cursor.ts';
import { didYouMean } from './nearest-name.ts';
import { defaulted, object, optional, type Values } from './object-shape.ts';
import { number, oneOf, text } from './scalar-shapes.ts';
import { definitionsOf, type Shape, wrongType } from './shape.ts';

/** What propensities may depend on. */

const chosen = list(text, { min: 1 });

const predictorsExpected = '`auto` or a list of facts such as `orders.count_365d` and `traits.plan`';

/** The word, or the facts themselves. */
const predictorsShape: Shape<readonly string[] | undefined> = {
  expected: predictorsExpected,
  schema: { anyOf: [{ const: 'auto' }, chosen.schema] },
  ...definitionsOf([chosen]),
  read: (value, at) => {
    if (value === 'auto') return undefined;
    return Array.isArray(value) ? chosen.read(value, at) : wrongType(at, predictorsExpected, value);
  },
};

const fields = {
  predictors: defaulted(
    predictorsShape,
    undefined,
    'What it may go by; `auto`: all features, and the traits and members of the context that the book names.',
  ),
  exclude: optional(
    list(text),
    'With `auto`: facts that it must not go by, or whole groups such as `traits`.',
  ),
  link: defaulted(
    oneOf(['logit', 'identity']),
    'logit',
    'How what speaks for an action adds up: as odds, or, with very many actions, as it is.',
  ),
  signals: defaulted(
    oneOf(['weak', 'strong']),
    'weak',
    'How much the predictors say of what comes of a contact: little, as in most campaigns, or much.',
  ),
  matureAt: optional(
    number({ min: 0 }),
    'Conversions of an action from which on what was learned of it is relied on.',
  ),
  shareCap: optional(
    number({ above: 0, max: 1 }),
    'The most that an action short of `matureAt` may take of a place, where exploration weighs.',
  ),
};

export const learningShape = object('what is learned from', fields);
export type LearningFields = Values<typeof fields>;

const learningDefault = {
  predictors: [],
  slots: new Map(),
  link: 'logit',
  signals: 'weak',
  maturePositives: 0,
  shareCap: 1,
} as const;

/** To be called when every condition of the book has named its facts. */
export function compileLearning(
  context: BookContext,
  { actions, arbitration }: Pick<Rulebook, 'actions' | 'arbitration'>,
): LearningRules {
  const { draft } = context.drafts.learning;
  const levels = new LevelRates(actions, arbitration.prior);
  if (!draft) return { ...learningDefault, levels };
  const { predictors: written, link, signals, matureAt = 200, shareCap = 0.5 } = draft.value;
  const names = written ? named(written, draft.at, context) : allOf(draft.value, draft.at, context);
  const predictors = names.map((name) => {
    const source = context.facts.resolve(name) as FactSource;
    return { name, slot: context.facts.intern(name, source) };
  });
  return {
    predictors,
    slots: new Map(predictors.map(({ name, slot }) => [name, slot])),
    link,
    signals,
    levels,
    maturePositives: matureAt,
    shareCap,
  };
}

const expected =
  'a feature, `traits.*`, `context.*`, `event.*`, an overlay, or what is known of the customer beside the key';

/** The facts that are written out, in their order. */
function named(written: readonly string[], at: Cursor, context: BookContext): readonly string[] {
  if (context.drafts.learning.draft?.value.exclude !== undefined) {
    at.at('exclude').error(
      'NBR_CONFLICTING_FIELDS',
      `${at.label}: expected \`exclude\` with \`predictors: auto\` only, found it beside a list.`,
      'Leave what it names out of the list.',
    );
  }
  const names = [...new Set(written)].filter((name) => {
    const place = at.at('predictors', written.indexOf(name));
    return isPredictor(name, place, context);
  });
  if (names.length > limits.predictorsMax) {
    const place = at.at('predictors');
    place.error(
      'NBR_TOO_LARGE',
      `${place.label}: expected ${limits.predictorsMax} facts or fewer, found ${names.length}.`,
      'Keep those that tell customers apart; what says the same as another one adds nothing.',
    );
  }
  return names.slice(0, limits.predictorsMax);
}

function isPredictor(name: string, at: Cursor, { facts, isWithheld }: BookContext): boolean {
  const source = facts.resolve(name);
  if (!source || !isLearnable(source)) {
    at.error(
      source ? 'NBR_FACT_NOT_HERE' : 'NBR_UNKNOWN_FACT',
      `${at.label}: expected ${expected}, found \`${name}\`.`,
      source ? undefined : didYouMean(name, facts.names()),
    );
    return false;
  }
  if (!isWithheld(placeOf(source))) return true;
  at.error(
    'NBR_PERSONAL_PREDICTOR',
    `${at.label}: expected a fact that is not personal, found \`${name}\`, which \`privacy\` names.`,
    'What is learned is kept for long and read by many; a feature over it, such as a count, tells enough.',
  );
  return false;
}

function isLearnable(source: FactSource): boolean {
  switch (source.kind) {
    case 'feature':
    case 'overlay':
      return true;
    case 'traits':
    case 'context':
    case 'event':
      return source.path.length > 0;
    case 'customer':
      return source.path[0] !== 'key';
    case 'now':
    case 'before':
      return false;
  }
}

/** What tells who somebody is tells nothing of anybody else. */
function identifying({ drafts }: BookContext): ReadonlySet<string> {
  const identifiers = drafts.identity.draft?.value.identifiers ?? {};
  return new Set(Object.values(identifiers).flatMap(({ from }) => from));
}

/** Where a template would read it. */
function placeOf(source: FactSource): readonly string[] {
  switch (source.kind) {
    case 'feature':
      return ['features', source.feature];
    case 'traits':
    case 'context':
    case 'event':
      return [source.kind, ...source.path];
    default:
      return [source.kind];
  }
}

/** What conditions name comes first, then what is declared; each by name, so that the order of the files has no say. */
function allOf({ exclude = [] }: LearningFields, at: Cursor, context: BookContext): readonly string[] {
  const { facts, drafts, isWithheld } = context;
  for (const [index, name] of exclude.entries()) checkExcluded(name, at.at('exclude', index), context);
  const ids = identifying(context);
  const isTaken = (name: string, source: FactSource | undefined) =>
    source !== undefined &&
    taken.has(source.kind) &&
    isLearnable(source) &&
    !isWithheld(placeOf(source)) &&
    !ids.has(name) &&
    !exclude.some((one) => name === one || name.startsWith(`${one}.`));
  const read = facts
    .all()
    .filter(({ name, source }) => isTaken(name, source))
    .map(({ name }) => name);
  const declared = drafts.features.drafts
    .map(({ name }) => name)
    .filter((name) => isTaken(name, facts.resolve(name)));
  return [...new Set([...read.sort(compareText), ...declared.sort(compareText)])].slice(
    0,
    limits.predictorsMax,
  );
}

const taken: ReadonlySet<FactSource['kind']> = new Set(['feature', 'traits', 'context']);

function checkExcluded(name: string, at: Cursor, { facts }: BookContext): void {
  if (facts.resolve(name) !== undefined) return;
  at.error(
    'NBR_UNKNOWN_FACT',
    `${at.label}: expected ${expected}, found \`${name}\`.`,
    didYouMean(name, facts.names()),
  );
}
