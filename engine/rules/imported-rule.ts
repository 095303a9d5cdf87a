import { canonicalJson, type Json } from '../model/json.ts';
import { type ActionDraft, plainLevel, type TreatmentDraft } from './action-shape.ts';
import { list } from './collection-shapes.ts';
import { condition } from './conditions/condition-fields.ts';
import { type Cursor, whereIs } from './cursor.ts';
import { subjectNamePattern } from './names.ts';
import { defaulted, object, optional, required, type Values } from './object-shape.ts';
import { anything, name } from './scalar-shapes.ts';
import { invalid, isMap, type Read, type Shape, wrongType, wrongValue } from './shape.ts';

const actionName = name(subjectNamePattern);

interface EventType {
  readonly written: string;
  /** The name of its action. */
  readonly action: string;
}

/** An event may be called anything; what the name of an action may not have becomes a dash. */
const eventType: Shape<EventType> = {
  expected: 'text, which becomes the name of an action',
  schema: { type: ['string', 'number'] },
  read: (value, at) => {
    if (typeof value !== 'string' && typeof value !== 'number') {
      return wrongType(at, eventType.expected, value);
    }
    const written = String(value);
    const action = actionName.read(fitted(written), at);
    return action === invalid ? invalid : { written, action };
  },
};

function fitted(type: string): string {
  if (subjectNamePattern.test(type)) return type;
  const name = type.replace(/[^A-Za-z0-9_-]+/g, '-').replace(/^[-_]+|-+$/g, '');
  return name === '' ? type : name;
}

const priorityExpected = 'a number above 0';

/** json-rules-engine takes text as well, and does without a priority that is empty. */
const priority: Shape<number> = {
  expected: priorityExpected,
  schema: { anyOf: [{ type: ['number', 'null'], minimum: 0 }, { type: 'string' }] },
  read: (value, at) => {
    if (value === null || value === '' || value === 0) return 1;
    const number = typeof value === 'string' ? Number.parseFloat(value) : value;
    if (typeof number !== 'number') return wrongType(at, priorityExpected, value);
    return number > 0 && Number.isFinite(number) ? number : wrongValue(at, priorityExpected, value);
  },
};

const ruleFields = {
  conditions: required(condition, 'Conditions of the rule.'),
  event: required(
    object('the event of a rule', {
      type: required(eventType, 'Name of the action.'),
      params: defaulted(anything, {}, 'Content; `channel` and `placements` say where it may stand.'),
    }),
    'What the rule proposes.',
  ),
  priority: defaulted(priority, 1, 'Becomes the value of the action.'),
  name: optional(anything, 'A note.'),
  result: optional(anything, 'Saved with the results of a run; it is not read.'),
};

/** A json-rules-engine rule as it is. */
export const importedRuleShape: Shape<RuleFields> = object('a json-rules-engine rule', ruleFields);

type RuleFields = Values<typeof ruleFields>;
type EventFields = RuleFields['event'];

/** A rule and where it stands. */
export interface ImportedRule {
  readonly rule: RuleFields;
  readonly at: Cursor;
}

export const importedGroup = 'general/imported';

/** True for `{ conditions, event }`; `conditions` alone is a map of named conditions. */
export function isImportedRule(value: unknown): boolean {
  return isMap(value) && Object.hasOwn(value, 'event');
}

/**
 * The rule in a text that `rule.toJSON()` wrote. A list of rules that was saved as JSON has such texts, too. Undefined
 * for any other text.
 */
export function parseRuleText(text: string): unknown {
  if (!text.trimStart().startsWith('{')) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return isImportedRule(value) ? value : undefined;
  } catch {
    // It is no rule; whoever reads it reports what is expected instead.
    return undefined;
  }
}

/**
 * The action that rules with one event stand for: eligible by any of them, because json-rules-engine emits the event
 * when any of them fires. Its value is the highest of their priorities.
 */
export function importRules(first: ImportedRule, others: readonly ImportedRule[]): Read<ActionDraft> {
  const { rule, at } = first;
  const treatment = importTreatment(rule.event.params, at.at('event', 'params'));
  const strangers = others.filter((other) => !areAlike(other.rule.event, rule.event));
  for (const stranger of strangers) reportStranger(stranger, first);
  if (treatment === invalid || strangers.length > 0) return invalid;
  return {
    fields: {
      group: importedGroup,
      purpose: undefined,
      // Not spread into `Math.max`: a call takes some ten thousands of arguments, and an event may have more rules.
      value: others.reduce((most, other) => Math.max(most, other.rule.priority), rule.priority),
      cost: {},
      prior: undefined,
      ...plainLevel,
      eligibility: rule.conditions,
      budgets: [],
      mandatory: undefined,
    },
    treatments: [treatment],
    eligibilityAt: at.at('conditions'),
    orEligibility: others.map((other) => ({
      value: other.rule.conditions,
      at: other.at.at('conditions'),
    })),
    imported: true,
    bare: false,
  };
}

function areAlike(one: EventFields, other: EventFields): boolean {
  return one.type.written === other.type.written && canonicalJson(one.params) === canonicalJson(other.params);
}

function reportStranger({ rule, at: ruleAt }: ImportedRule, first: ImportedRule): void {
  const { type } = rule.event;
  const expected = first.rule.event.type;
  if (type.written !== expected.written) {
    const at = ruleAt.at('event', 'type');
    at.error(
      'NBR_DUPLICATE',
      `${at.label}: found "${type.written}", expected a name other than that of the event "${expected.written}" ` +
        `(${whereIs(first.at)}); both would become the action \`${type.action}\`.`,
    );
    return;
  }
  const at = ruleAt.at('event', 'params');
  at.error(
    'NBR_DUPLICATE',
    `${at.label}: expected the \`params\` of the other rule with the event "${type.written}" ` +
      `(${whereIs(first.at)}), found others; rules with one event become one action, which has one content.`,
    'Make the `params` equal, or give this event a `type` of its own.',
  );
}

const placements = list(name(subjectNamePattern));
const channel = name(subjectNamePattern);

function importTreatment(params: unknown, at: Cursor): Read<TreatmentDraft> {
  const given = isMap(params) ? params : {};
  const named = given.channel === undefined ? undefined : channel.read(given.channel, at.at('channel'));
  const places = given.placements === undefined ? [] : placements.read(given.placements, at.at('placements'));
  if (named === invalid || places === invalid) return invalid;
  // The document was found to be plain JSON before anything was read from it.
  const content = (params ?? {}) as Json;
  const draft = { name: 'default', channel: named, placements: places, content, fields: plainLevel };
  return { ...draft, at, contentAt: at };
}
