import type { Json } from '../model/json.ts';
import type { ActionDraft, TreatmentDraft } from './action-shape.ts';
import { list } from './collection-shapes.ts';
import { condition } from './conditions/condition-fields.ts';
import type { Cursor } from './cursor.ts';
import { subjectNamePattern } from './names.ts';
import { defaulted, object, optional, required, type Values } from './object-shape.ts';
import { anything, name, number, text } from './scalar-shapes.ts';
import { invalid, isMap, type Read, type Shape } from './shape.ts';

const ruleFields = {
  conditions: required(condition, 'Conditions of the rule.'),
  event: required(
    object('the event of a rule', {
      type: required(name(subjectNamePattern), 'Name of the action.'),
      params: defaulted(anything, {}, 'Content; `channel` and `placements` say where it may stand.'),
    }),
    'What the rule proposes.',
  ),
  priority: defaulted(number({ above: 0 }), 1, 'Becomes the value of the action.'),
  name: optional(text, 'A note.'),
};

/** A json-rules-engine rule as it is. */
export const importedRuleShape: Shape<RuleFields> = object('a json-rules-engine rule', ruleFields);

type RuleFields = Values<typeof ruleFields>;

export const importedGroup = 'general/imported';

/** True for `{ conditions, event }`; `conditions` alone is a map of named conditions. */
export function isImportedRule(value: unknown): boolean {
  return isMap(value) && Object.hasOwn(value, 'event');
}

/** The action that a json-rules-engine rule stands for. */
export function importRule(fields: RuleFields, at: Cursor): Read<ActionDraft> {
  const treatment = importTreatment(fields.event.params, at.at('event', 'params'));
  if (treatment === invalid) return invalid;
  return {
    fields: {
      group: importedGroup,
      purpose: undefined,
      value: fields.priority,
      cost: {},
      lever: 1,
      prior: undefined,
      valid: { from: undefined, until: undefined },
      eligibility: fields.conditions,
      applicability: undefined,
      suitability: undefined,
      budgets: [],
    },
    treatments: [treatment],
    eligibilityAt: at.at('conditions'),
    imported: true,
    bare: false,
  };
}

const placements = list(name(subjectNamePattern));
const channel = name(subjectNamePattern);

function importTreatment(params: unknown, at: Cursor): Read<TreatmentDraft> {
  const given = isMap(params) ? params : {};
  const named = given.channel === undefined ? undefined : channel.read(given.channel, at.at('channel'));
  const places = given.placements === undefined ? [] : placements.read(given.placements, at.at('placements'));
  if (named === invalid || places === invalid) return invalid;
  // The document was found to be plain JSON before anything was read from it.
  const content = params as Json;
  return { name: 'default', channel: named, placements: places, content, at, contentAt: at };
}
