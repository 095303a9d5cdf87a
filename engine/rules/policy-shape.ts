import { limits } from '../limits.ts';
import type { CalendarWindow, PolicyKind } from '../model/contact-policy.ts';
import { policyScopes } from '../model/contact-policy.ts';
import type { JsonObject } from '../model/json.ts';
import { outcomeKinds } from '../model/outcome.ts';
import { list } from './collection-shapes.ts';
import { condition } from './conditions/condition-fields.ts';
import { timeOfDay, weekdays, yes } from './conditions/time-literals.ts';
import { durationExpected, durationPattern } from './duration.ts';
import { defaulted, object, optional, required, type Values } from './object-shape.ts';
import { duration, number, oneOf, text } from './scalar-shapes.ts';
import type { Shape } from './shape.ts';
import { wrongType } from './shape.ts';

const names = list(text);
const noMatch = { channels: [], placements: [], groups: [], actions: [], treatments: [] };
const matchFields = {
  channels: defaulted(names, [], 'Only contacts in these channels.'),
  placements: defaulted(names, [], 'Only contacts in these placements.'),
  groups: defaulted(names, [], 'Only contacts with actions of these groups or issues.'),
  actions: defaulted(names, [], 'Only contacts with these actions.'),
  treatments: defaulted(names, [], 'Only contacts with these treatments, such as `win-back/letter`.'),
};

const calendarWindows: readonly CalendarWindow[] = ['day', 'week', 'month'];
const namedWindows = [...calendarWindows, 'session', 'visit', 'ever'] as const;
export type NamedWindow = (typeof namedWindows)[number];

/** A duration rolls; a name stands for a stretch with a beginning of its own. */
const window: Shape<number | NamedWindow> = {
  expected: `${durationExpected}, or one of \`day\`, \`week\`, \`month\`, \`session\`, \`visit\`, \`ever\``,
  schema: { anyOf: [{ type: 'string', pattern: durationPattern }, { enum: namedWindows }] },
  read: (value, at) => {
    if (typeof value !== 'string') return wrongType(at, window.expected, value);
    return namedWindows.find((name) => name === value) ?? duration().read(value, at);
  },
};

const after = object('the outcomes before a rest', {
  outcome: required(oneOf(outcomeKinds), 'What became of a contact.'),
  times: defaulted(number({ min: 1, max: limits.contactsPerCustomerMax, whole: true }), 1, 'How often.'),
  within: required(duration(), 'In how short a time.'),
});

const hours = object('the hours', {
  from: required(timeOfDay, 'First minute.'),
  until: required(timeOfDay, 'End; before `from` it is the next morning.'),
  days: optional(weekdays, 'Days on which the hours begin; every day when absent.'),
});

const related = object('the related actions', {
  actions: defaulted(names, [], 'After one of these.'),
  groups: defaulted(names, [], 'After an action of one of these groups or issues.'),
  within: required(duration(), 'For how long.'),
});

/** The field by which a kind is told. */
const kindFields = {
  limit: optional(
    number({ min: 0, max: limits.contactsPerCustomerMax, whole: true }),
    'A cap: contacts allowed in the window.',
  ),
  pause: optional(duration(), 'A cool-down: none for so long after one that counted.'),
  rest: optional(duration(), 'A rest: none for so long after the outcomes of `after`.'),
  forbid: optional(yes, 'Forbidden, for all or for those of `when`.'),
  hours: optional(hours, 'Only at these times, by the clock of the customer.'),
  exclusive: optional(
    object('the time of an exclusive choice', { within: required(duration(), 'How long it stands.') }),
    'Only one of the actions at a time.',
  ),
  notAfter: optional(related, 'Not for a while after other actions.'),
};

export const policyKinds = {
  limit: 'cap',
  pause: 'cool-down',
  rest: 'rest',
  forbid: 'forbid',
  hours: 'hours',
  exclusive: 'exclusive',
  notAfter: 'not-after',
} as const satisfies Readonly<Record<keyof typeof kindFields, PolicyKind>>;

export type PolicyKindField = keyof typeof kindFields;
export const policyKindFields = Object.keys(policyKinds) as readonly PolicyKindField[];

const fields = {
  ...kindFields,
  scope: optional(oneOf(policyScopes), 'What is counted apart.'),
  match: defaulted(object('a match', matchFields), noMatch, 'Which contacts it speaks of; all when absent.'),
  when: optional(condition, 'Which customers it binds; all when absent.'),
  within: optional(window, 'Of a cap: the window in which contacts count.'),
  visits: optional(text, 'Of a cap within a visit: the feature of the kind `sessions` that tells visits.'),
  counts: optional(
    oneOf(['decided', ...outcomeKinds]),
    'What a contact must have become in order to count; `decided` when absent.',
  ),
  reserve: optional(
    duration(),
    'How long a contact that was decided counts as if it had come to the outcome that is counted.',
  ),
  after: optional(after, 'Of a rest: the outcomes that begin it.'),
};

type Extra = Exclude<keyof typeof fields, PolicyKindField | 'match' | 'when'>;

/** The fields that stand beside each kind; `match` and `when` go with all. */
export const fieldsBesideKind: Readonly<
  Record<PolicyKindField, { readonly needed: readonly Extra[]; readonly allowed: readonly Extra[] }>
> = {
  limit: { needed: ['scope', 'within'], allowed: ['counts', 'reserve', 'visits'] },
  pause: { needed: ['scope'], allowed: ['counts', 'reserve'] },
  rest: { needed: ['scope', 'after'], allowed: [] },
  forbid: { needed: [], allowed: [] },
  hours: { needed: [], allowed: [] },
  exclusive: { needed: [], allowed: ['scope', 'counts', 'reserve'] },
  notAfter: { needed: [], allowed: ['scope', 'counts', 'reserve'] },
};

export const policyExtras: readonly Extra[] = ['scope', 'within', 'visits', 'counts', 'reserve', 'after'];

const shape = object('a contact policy', fields);

/** For editors: exactly one kind, with the fields that stand beside it. */
export const policyShape: typeof shape = {
  ...shape,
  schema: { ...shape.schema, oneOf: policyKindFields.map(kindSchema) },
};

function kindSchema(field: PolicyKindField): JsonObject {
  const { needed, allowed } = fieldsBesideKind[field];
  const stray = policyExtras.filter((name) => !needed.includes(name) && !allowed.includes(name));
  return {
    required: [field, ...needed],
    ...(stray.length > 0 && { not: { anyOf: stray.map((name) => ({ required: [name] })) } }),
  };
}

export type PolicyFields = Values<typeof fields>;
