import { outcomeKinds } from '../model/outcome.ts';
import type { OutcomeRule } from '../model/rulebook.ts';
import { addTo, type BookContext, compileOptional } from './book-context.ts';
import { list, oneOrMany } from './collection-shapes.ts';
import { condition } from './conditions/condition-fields.ts';
import { eventFacts } from './conditions/fact-scope.ts';
import type { Cursor } from './cursor.ts';
import { readEventPath } from './event-path.ts';
import { defaulted, object, optional, required, type Values } from './object-shape.ts';
import type { Draft } from './register.ts';
import { duration, oneOf, text } from './scalar-shapes.ts';

const fields = {
  on: required(oneOrMany(text), 'Events that tell it.'),
  outcome: required(oneOf(outcomeKinds), 'What became of the contact.'),
  within: required(duration(), 'How long after the contact the event still belongs to it.'),
  where: optional(condition, 'Only events that satisfy this condition on `event.*`.'),
  groups: defaulted(list(text), [], 'Only contacts with actions of these groups or issues.'),
  actions: defaulted(list(text), [], 'Only contacts with these actions.'),
  channels: defaulted(list(text), [], 'Only contacts in these channels.'),
  decision: optional(text, 'Where the event names the decision, such as `properties.decisionId`.'),
  value: optional(
    text,
    'Where the event says what the conversion is worth, in the currency of the book, such as `properties.revenue`. For reports alone.',
  ),
};

export const outcomeShape = object('an outcome', fields);
export type OutcomeFields = Values<typeof fields>;

export function compileOutcomes(context: BookContext): {
  readonly outcomes: readonly OutcomeRule[];
  readonly outcomesByEvent: ReadonlyMap<string, readonly OutcomeRule[]>;
} {
  const outcomes = context.drafts.outcomes.drafts.map((draft) => compileOutcome(draft, context));
  const outcomesByEvent = new Map<string, OutcomeRule[]>();
  for (const outcome of outcomes) {
    for (const event of outcome.events) addTo(outcomesByEvent, event, outcome);
  }
  return { outcomes, outcomesByEvent };
}

function compileOutcome({ name, value, at }: Draft<OutcomeFields>, context: BookContext): OutcomeRule {
  const { on: events, outcome, within: windowMs, actions, channels } = value;
  context.names.checkAll('action', actions, at.at('actions'));
  context.names.checkAll('channel', channels, at.at('channels'));
  const groups = context.names.groups(value.groups, at.at('groups'));
  const where = compileOptional(value.where, at.at('where'), { context, allowed: eventFacts });
  const decisionAt =
    value.decision === undefined ? undefined : readEventPath(value.decision, at.at('decision'));
  const valueAt = readValuePlace(value, at);
  return {
    ...{ name, events, outcome, where, groups, actions, channels, windowMs },
    ...(decisionAt !== undefined && { decisionAt }),
    ...(valueAt !== undefined && { valueAt }),
  };
}

/** A click or a complaint is worth nothing by itself; a value there would be read by nobody. */
function readValuePlace({ value, outcome }: OutcomeFields, at: Cursor): readonly string[] | undefined {
  if (value === undefined) return undefined;
  if (outcome === 'conversion') return readEventPath(value, at.at('value'));
  at.at('value').error(
    'NBR_CONFLICTING_FIELDS',
    `${at.at('value').label}: found it beside the outcome \`${outcome}\`, expected a value of a \`conversion\` alone.`,
    'Leave `value` out, or say it where the event tells of a `conversion`.',
  );
  return undefined;
}
