import { day } from '../limits.ts';
import type { Condition, Position } from '../model/condition.ts';
import type { EngagementPolicy, Tier, Validity } from '../model/rulebook.ts';
import type { LevelFields, ValidityFields } from './action-shape.ts';
import { type BookContext, compileOptional } from './book-context.ts';
import { allOf, toCondition } from './conditions/condition-tree.ts';
import { customerFacts } from './conditions/fact-scope.ts';
import type { Cursor } from './cursor.ts';

/** The ends of time for what has no validity: the first and last moment a calendar can name. */
export const alwaysValid: Validity = { from: -8.64e15, until: 8.64e15 };

export const tiers: readonly Tier[] = ['eligibility', 'applicability', 'suitability'];

/** What a level of the hierarchy says itself. */
export function compilePolicy(
  fields: Pick<LevelFields, 'valid' | Tier>,
  at: Cursor,
  { context, imported = false }: { readonly context: BookContext; readonly imported?: boolean },
): EngagementPolicy {
  const compile = (tier: Tier) =>
    compileOptional(fields[tier], at.at(tier), { context, allowed: customerFacts, imported });
  return {
    valid: compileValidity(fields.valid, at.at('valid')),
    eligibility: compile('eligibility'),
    applicability: compile('applicability'),
    suitability: compile('suitability'),
  };
}

export function compileValidity(valid: ValidityFields, at: Cursor): Validity {
  const from = valid.from?.at ?? alwaysValid.from;
  // A day as the end includes that day, so the exclusive end is the midnight after it.
  const until = valid.until ? valid.until.at + (valid.until.dateOnly ? day : 0) : alwaysValid.until;
  if (until <= from) {
    at.at('until').error(
      'NBR_WRONG_VALUE',
      `${at.label}: expected \`until\` after \`from\`, found it before or at it.`,
    );
  }
  return { from, until };
}

/** What levels say together, the outermost first: conditions add up, and the time is what all have in common. */
export function together(policies: readonly EngagementPolicy[], at: Position): EngagementPolicy {
  const [only, ...others] = policies;
  if (only !== undefined && others.length === 0) return only;
  return {
    valid: {
      from: policies.reduce((latest, { valid }) => Math.max(latest, valid.from), alwaysValid.from),
      until: policies.reduce((first, { valid }) => Math.min(first, valid.until), alwaysValid.until),
    },
    eligibility: allTogether(policies, 'eligibility', at),
    applicability: allTogether(policies, 'applicability', at),
    suitability: allTogether(policies, 'suitability', at),
  };
}

/** Each part keeps its place, so that whoever asks why is shown the line of the level that said no. */
function allTogether(policies: readonly EngagementPolicy[], tier: Tier, at: Position): Condition | undefined {
  const written = policies.flatMap((policy) => policy[tier] ?? []);
  if (written.length < 2) return written[0];
  const tree = allOf(
    written.map((condition) => condition.tree),
    at,
  );
  return toCondition(tree, { all: written.map(({ source }) => source) });
}

/** Whether it asks for anything at all. */
export function asksNothing({ valid, ...conditions }: EngagementPolicy): boolean {
  const isAlways = valid.from === alwaysValid.from && valid.until === alwaysValid.until;
  return isAlways && tiers.every((tier) => conditions[tier] === undefined);
}

/** Reports a time that lies outside that of the levels above: what stands below is never shown. */
export function checkOverlap(own: Validity, above: readonly Validity[], at: Cursor, what: string): void {
  // A time that is none by itself is reported where it stands.
  if ([own, ...above].some(({ from, until }) => until <= from)) return;
  if (above.every(({ from, until }) => Math.max(from, own.from) < Math.min(until, own.until))) return;
  at.error(
    'NBR_WRONG_VALUE',
    `${at.label}: expected a time that overlaps with that of ${what}, found one that lies outside; it is never shown.`,
  );
}
