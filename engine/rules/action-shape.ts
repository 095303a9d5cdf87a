import type { Json } from '../model/json.ts';
import { list, mapOf } from './collection-shapes.ts';
import { type AmountFields, amount, points } from './compile-amount.ts';
import { testShape } from './compile-tests.ts';
import { condition } from './conditions/condition-fields.ts';
import type { Cursor } from './cursor.ts';
import { mandatoryShape } from './mandatory-shape.ts';
import { groupPattern, namePattern, purposePattern, subjectNamePattern } from './names.ts';
import { defaulted, object, optional, required, type Values } from './object-shape.ts';
import { priorShape } from './prior-shape.ts';
import { anything, isoTime, name } from './scalar-shapes.ts';
import { isMap, type Shape } from './shape.ts';

/** When something may be shown. */
const valid = object('a validity', {
  from: optional(isoTime, 'First moment or day, UTC.'),
  until: optional(isoTime, 'End; a day is included. UTC.'),
});
const always: ValidityFields = { from: undefined, until: undefined };
export type ValidityFields = typeof valid extends Shape<infer T> ? T : never;

/** What may hang on every level: issue, group, action and treatment. */
export const levelFields = {
  lever: defaulted(
    points,
    0,
    'Percentage points on its rank; 20 is a fifth more. Those of all levels add up.',
  ),
  valid: defaulted(valid, always, 'When it may be shown.'),
  eligibility: optional(condition, 'Who may have it.'),
  applicability: optional(condition, 'When it is relevant.'),
  suitability: optional(condition, 'When it is good for the customer.'),
};

export type LevelFields = Values<typeof levelFields>;

const treatmentFields = {
  channel: required(name(subjectNamePattern), 'Channel that shows or sends it.'),
  placements: defaulted(
    list(name(subjectNamePattern)),
    [],
    'Placements it may stand in; every placement of the channel when absent.',
  ),
  content: defaulted(anything, {}, 'Any data for the channel; text may be a Liquid template.'),
  value: optional(amount, 'Expected margin of one conversion; that of the action when absent.'),
  cost: optional(amount, 'Cost of one contact; that of the action in this channel when absent.'),
  ...levelFields,
};

export const actionFields = {
  action: required(name(subjectNamePattern), 'Name of the action.'),
  group: required(name(groupPattern), 'Business issue and group, such as `retention/vouchers`.'),
  purpose: optional(name(purposePattern), 'Purpose of consent that it needs.'),
  value: defaulted(amount, 0, 'Expected margin of one conversion, in the currency of the book.'),
  cost: defaulted(mapOf(subjectNamePattern, amount), {}, 'Cost of one contact, by channel.'),
  prior: optional(priorShape, 'What is assumed about its propensity before there is evidence.'),
  ...levelFields,
  budgets: defaulted(list(name()), [], 'Budgets that pay for it.'),
  mandatory: optional(mandatoryShape, 'It goes before all actions that are not mandatory.'),
  treatments: defaulted(
    mapOf(namePattern, object('a treatment', treatmentFields), { lenient: true }),
    {},
    'How the action appears, by treatment name.',
  ),
  tests: defaulted(list(testShape), [], 'What this action must do in given situations.'),
};

/** A document that defines an action. */
export const actionShape: Shape<ActionFields> = object('an action', actionFields, { lenient: true });

export type ActionFields = Values<typeof actionFields>;

export interface TreatmentDraft {
  readonly name: string;
  /** Absent in an imported rule that names none: then it is the first channel of the book. */
  readonly channel: string | undefined;
  readonly placements: readonly string[];
  readonly content: Json;
  readonly fields: LevelFields & {
    readonly value?: AmountFields | undefined;
    readonly cost?: AmountFields | undefined;
  };
  readonly at: Cursor;
  readonly contentAt: Cursor;
}

/** A condition that is not compiled yet. */
export interface WrittenCondition {
  readonly value: unknown;
  readonly at: Cursor;
}

/** An action before its references are checked, whichever format it was written in. */
export interface ActionDraft {
  readonly fields: Omit<ActionFields, 'treatments' | 'tests' | 'action'>;
  readonly treatments: readonly TreatmentDraft[];
  readonly eligibilityAt: Cursor;
  /** Conditions that make it eligible as well, when the first does not. */
  readonly orEligibility: readonly WrittenCondition[];
  readonly imported: boolean;
  /** Nothing was written under `treatments`, not even something wrong. */
  readonly bare: boolean;
}

/** What a level says that says nothing. */
export const plainLevel: LevelFields = {
  lever: 0,
  valid: always,
  eligibility: undefined,
  applicability: undefined,
  suitability: undefined,
};

export function draftOf(
  fields: ActionFields,
  { written, at }: { readonly written: Readonly<Record<string, unknown>>; readonly at: Cursor },
): ActionDraft {
  const { treatments: listed = {} } = written;
  const bare = isMap(listed) && Object.keys(listed).length === 0;
  const treatments = Object.entries(fields.treatments).map(
    ([treatment, { channel, placements, content, ...own }]) => {
      const treatmentAt = at.at('treatments', treatment);
      // The document was found to be plain JSON before anything was read from it.
      const draft = { name: treatment, channel, placements, content: content as Json, fields: own };
      return { ...draft, at: treatmentAt, contentAt: treatmentAt.at('content') };
    },
  );
  return {
    fields,
    treatments,
    eligibilityAt: at.at('eligibility'),
    orEligibility: [],
    imported: false,
    bare,
  };
}
