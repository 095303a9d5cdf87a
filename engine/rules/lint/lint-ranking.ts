import { namesIn } from '../../expressions/expression.ts';
import type { Position } from '../../model/condition.ts';
import { factorNames } from '../compile-amount.ts';
import type { Cursor } from '../cursor.ts';
import { isMap } from '../shape.ts';
import type { LintedBook } from './linted-book.ts';

/** How things are ranked: formulas and expressions that say less than they seem to, and points that look like factors. */
export function lintRanking(book: LintedBook): void {
  lintFormulas(book);
  lintAmounts(book);
  lintLevel(book);
  lintPoints(book, leversOf(book), 'levers');
  lintPoints(book, weightsOf(book), 'weights');
}

function lintFormulas({ rulebook, drafts, warn }: LintedBook): void {
  for (const { name, at: place } of drafts.placements.drafts) {
    const placement = rulebook.placements.get(name);
    const formula = placement?.formula;
    if (!formula) continue;
    const at = place.at('formula');
    const names = new Set([...namesIn(formula.tree)].map((node) => node.name));
    const factors = [...factorNames].filter((factor) => names.has(factor));
    if (factors.length === 0) {
      warn({
        code: 'NBR_CONSTANT_EXPRESSION',
        at,
        message: `the placement \`${name}\`: found a formula that reads none of \`P\`, \`V\`, \`C\`, \`L\` and \`cost\`, expected one that does; as it is, all actions are worth the same.`,
        hint: 'The usual one is `P * V * C * L - cost`.',
      });
    } else if (!names.has('P') && !placement.without.has('P')) {
      warn({
        code: 'NBR_FORMULA_WITHOUT_P',
        at,
        message: `the placement \`${name}\`: found a formula without \`P\`, expected one that asks how likely success is.`,
        hint: 'Multiply by `P`; if that is not meant to count here, say so with `without: [P]`.',
      });
    }
  }
}

/** `{ expression: "3 * 4" }`. */
function lintAmounts({ rulebook, drafts, warn }: LintedBook): void {
  const look = (written: unknown, isNumber: boolean, at: Position) => {
    if (!isMap(written) || !isNumber) return;
    warn({
      code: 'NBR_CONSTANT_EXPRESSION',
      at,
      message: `${at.label}: found an expression that reads no fact, expected one that does, or a number.`,
      hint: 'Write the number itself.',
    });
  };
  for (const { name, value, at } of drafts.actions.drafts) {
    const action = rulebook.actions.get(name);
    if (!action) continue;
    look(value.fields.value, typeof action.value === 'number', at.at('value'));
    for (const [channel, cost] of Object.entries(value.fields.cost))
      look(cost, typeof action.cost[channel] === 'number', at.at('cost', channel));
    for (const { name: treatment, fields, at: place } of value.treatments) {
      const own = action.treatments.find((compiled) => compiled.name === treatment)?.own;
      look(fields.value, typeof own?.value === 'number', place.at('value'));
      look(fields.cost, typeof own?.cost === 'number', place.at('cost'));
    }
  }
}

/** A level that says nothing. */
function lintLevel({ drafts, warn }: LintedBook): void {
  for (const { name, value, at } of drafts.hierarchy.drafts) {
    const { lever, valid, ...others } = value;
    const isEmpty = lever === 0 && valid.from === undefined && valid.until === undefined;
    if (!isEmpty || Object.values(others).some((field) => field !== undefined)) continue;
    warn({
      code: 'NBR_NO_EFFECT',
      at,
      message: `the level \`${name}\`: expected a condition, a lever, a purpose or a time, found nothing; it changes nothing.`,
      hint: 'Delete the level, or write what holds for all of its actions.',
    });
  }
}

interface Points {
  readonly points: number;
  readonly at: Cursor;
}

function leversOf({ drafts }: LintedBook): readonly Points[] {
  const levels = drafts.hierarchy.drafts.map(({ value, at }) => ({
    points: value.lever,
    at: at.at('lever'),
  }));
  const actions = drafts.actions.drafts.flatMap(({ value, at }) => [
    { points: value.fields.lever, at: at.at('lever') },
    ...value.treatments.map(({ fields, at: place }) => ({ points: fields.lever, at: place.at('lever') })),
  ]);
  return [...levels, ...actions];
}

function weightsOf({ drafts }: LintedBook): readonly Points[] {
  const arbitration = drafts.arbitration.draft;
  return (arbitration?.value.contextWeights ?? []).map(({ weight }, index) => ({
    points: weight,
    at: (arbitration as NonNullable<typeof arbitration>).at.at('contextWeights', index, 'weight'),
  }));
}

/** Nobody moves a rank by three percent at most, everywhere; but factors are of that size. */
const factorMax = 3;

function lintPoints({ warn }: LintedBook, points: readonly Points[], what: string): void {
  const written = points.filter((each) => each.points !== 0);
  const [first] = written;
  if (!first || written.some((each) => each.points < 0 || each.points > factorMax)) return;
  const least = written.reduce((one, other) => (other.points > one.points ? other : one), first);
  warn({
    code: 'NBR_NOT_IN_POINTS',
    at: least.at,
    message: `${least.at.label}: found ${least.points}, and all ${what} of the book at ${factorMax} or less, expected percentage points.`,
    hint: 'Points are not factors: write 20 for a fifth more, 100 for twice as much, -50 for half.',
  });
}
