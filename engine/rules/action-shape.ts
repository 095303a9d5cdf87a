import type { Json } from '../model/json.ts';
import { list, mapOf } from './collection-shapes.ts';
import { testShape } from './compile-tests.ts';
import { condition } from './conditions/condition-fields.ts';
import type { Cursor } from './cursor.ts';
import { groupPattern, namePattern, purposePattern, subjectNamePattern } from './names.ts';
import { defaulted, object, optional, required, type Values } from './object-shape.ts';
import { priorShape } from './prior-shape.ts';
import { anything, isoTime, name, number } from './scalar-shapes.ts';
import { isMap, type Shape } from './shape.ts';

const cost = number({ min: 0 });

const treatmentFields = {
  channel: required(name(subjectNamePattern), 'Channel that shows or sends it.'),
  placements: defaulted(
    list(name(subjectNamePattern)),
    [],
    'Placements it may stand in; every placement of the channel when absent.',
  ),
  content: defaulted(anything, {}, 'Any data for the channel; text may be a Liquid template.'),
};

export const actionFields = {
  action: required(name(subjectNamePattern), 'Name of the action.'),
  group: required(name(groupPattern), 'Business issue and group, such as `retention/vouchers`.'),
  purpose: optional(name(purposePattern), 'Purpose of consent that it needs.'),
  value: defaulted(number({ min: 0 }), 0, 'Expected margin of one conversion, in the currency of the book.'),
  cost: defaulted(mapOf(subjectNamePattern, cost), {}, 'Cost of one contact, by channel.'),
  lever: defaulted(number({ min: 0 }), 1, 'Business weight; 1 is neutral.'),
  prior: optional(priorShape, 'What is assumed about its propensity before there is evidence.'),
  valid: defaulted(
    object('a validity', {
      from: optional(isoTime, 'First moment or day, UTC.'),
      until: optional(isoTime, 'End; a day is included. UTC.'),
    }),
    { from: undefined, until: undefined },
    'When the action may be shown.',
  ),
  eligibility: optional(condition, 'Who may have it.'),
  applicability: optional(condition, 'When it is relevant.'),
  suitability: optional(condition, 'When it is good for the customer.'),
  budgets: defaulted(list(name()), [], 'Budgets that pay for it.'),
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

export function draftOf(
  fields: ActionFields,
  { written, at }: { readonly written: Readonly<Record<string, unknown>>; readonly at: Cursor },
): ActionDraft {
  const { treatments: listed = {} } = written;
  const bare = isMap(listed) && Object.keys(listed).length === 0;
  const treatments = Object.entries(fields.treatments).map(
    ([treatment, { channel, placements, content }]) => {
      const treatmentAt = at.at('treatments', treatment);
      // The document was found to be plain JSON before anything was read from it.
      const draft = { name: treatment, channel, placements, content: content as Json };
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
