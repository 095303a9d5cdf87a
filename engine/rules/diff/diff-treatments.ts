import { canonicalJson } from '../../model/json.ts';
import type { Action, Rulebook, Treatment } from '../../model/rulebook.ts';
import { optionalAmountText } from '../amount-text.ts';
import { alwaysValid } from '../compile-engagement.ts';
import type { FieldChange } from './change.ts';
import type { Comparison } from './comparison.ts';
import type { Moved } from './diff-actions.ts';
import { ofValidities, validityFields } from './diff-hierarchy.ts';
import { ofSets } from './direction.ts';
import { fieldChange, jsonChanges, plainChange, setChange } from './json-changes.ts';
import { type Pair, type Pairing, pairUp, renamed } from './pairing.ts';

interface TreatmentChanges {
  /** Treatments that came or went, and where those that stayed may stand. */
  readonly reached: readonly Moved[];
  /** What each of those that stayed is worth and costs, and its lever. */
  readonly worths: readonly FieldChange[];
  /** What changed inside of each treatment that stayed. */
  readonly contents: readonly (readonly FieldChange[])[];
}

export function diffTreatments(comparison: Comparison, { before, after }: Pair<Action>): TreatmentChanges {
  const pairing = pairTreatments(comparison, before, after);
  const renames = [...pairing.renames].map(
    ([from, name]): Moved => ({
      fields: [fieldChange(`treatments.${name}`, `named ${from}`, `named ${name}`)],
      direction: 'same',
    }),
  );
  return {
    reached: [
      ...[...pairing.added].map(([name, treatment]) => added(comparison.after, name, treatment)),
      ...[...pairing.removed].map(([name, treatment]) => removed(comparison.before, name, treatment)),
      ...renames,
      ...pairing.pairs.flatMap((pair) => movedTo(comparison, pair)),
      ...pairing.pairs.flatMap(validityOf),
    ],
    worths: pairing.pairs.flatMap((pair) => worthOf(comparison, pair)),
    contents: pairing.pairs.map(({ name, before: one, after: other }) =>
      jsonChanges(one.content.source, other.content.source, `treatments.${name}.content`),
    ),
  };
}

function validityOf({ name, before, after }: Pair<Treatment>): readonly Moved[] {
  const was = before.policy?.valid ?? alwaysValid;
  const is = after.policy?.valid ?? alwaysValid;
  const fields = validityFields(was, is, `treatments.${name}.valid`);
  return fields.length === 0 ? [] : [{ fields, direction: ofValidities(was, is) }];
}

function worthOf({ reading }: Comparison, { name, before, after }: Pair<Treatment>): readonly FieldChange[] {
  const { facts } = reading.names;
  const at = `treatments.${name}`;
  return [
    ...plainChange(
      `${at}.value`,
      optionalAmountText(before.own.value, facts),
      optionalAmountText(after.own.value),
    ),
    ...plainChange(
      `${at}.cost`,
      optionalAmountText(before.own.cost, facts),
      optionalAmountText(after.own.cost),
    ),
    ...plainChange(`${at}.lever`, before.lever, after.lever),
  ];
}

/** Treatments of an action that both books have. */
export function pairTreatments({ reading }: Comparison, before: Action, after: Action): Pairing<Treatment> {
  const byName = ({ treatments }: Action) =>
    new Map(treatments.map((treatment) => [treatment.name, treatment]));
  const keyOf = ({ channel, content }: Treatment, placements: readonly string[]) =>
    canonicalJson([channel, content.source, placements]);
  return pairUp(byName(before), byName(after), {
    before: (treatment) => keyOf(treatment, renamed(treatment.placements, reading.placements)),
    after: (treatment) => keyOf(treatment, treatment.placements),
  });
}

function added(book: Rulebook, name: string, treatment: Treatment): Moved {
  const field = fieldChange(`treatments.${name}`, undefined, describe(book, treatment));
  return { fields: [field], direction: 'more' };
}

function removed(book: Rulebook, name: string, treatment: Treatment): Moved {
  const field = fieldChange(`treatments.${name}`, describe(book, treatment), undefined);
  return { fields: [field], direction: 'fewer' };
}

function describe(book: Rulebook, treatment: Treatment) {
  return { channel: treatment.channel, placements: placementsOf(book, [treatment]) };
}

/** Placements that came or went are told once, not for every treatment that would fit them. */
function movedTo(
  { before, after, placements, reading }: Comparison,
  { name, before: one, after: other }: Pair<Treatment>,
): readonly Moved[] {
  const old = renamed(placementsOf(before, [one]), reading.placements);
  const lasting = new Set(placements.pairs.map((pair) => pair.name));
  const was = old.filter((placement) => lasting.has(placement));
  const is = placementsOf(after, [other]).filter((placement) => lasting.has(placement));
  const channel = plainChange(`treatments.${name}.channel`, one.channel, other.channel);
  const spots = setChange(`treatments.${name}.placements`, was, is);
  const direction = channel.length > 0 ? 'other' : ofSets(was, is);
  const fields = [...channel, ...spots];
  return fields.length === 0 ? [] : [{ fields, direction }];
}

/** The placements in which any of these treatments may stand, in the order of the book. */
export function placementsOf(book: Rulebook, treatments: readonly Treatment[]): readonly string[] {
  const found: string[] = [];
  for (const placement of book.placements.values()) {
    const fits = treatments.some(
      ({ channel, placements }) =>
        channel === placement.channel && (placements.length === 0 || placements.includes(placement.name)),
    );
    if (fits) found.push(placement.name);
  }
  return found;
}
