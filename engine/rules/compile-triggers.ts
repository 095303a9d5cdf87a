import type { Condition } from '../model/condition.ts';
import type { Trigger } from '../model/rulebook.ts';
import { addTo, type BookContext, compileOptional } from './book-context.ts';
import { oneOrMany } from './collection-shapes.ts';
import { condition } from './conditions/condition-fields.ts';
import { readsOf } from './conditions/condition-tree.ts';
import { allFacts, triggerFacts } from './conditions/fact-scope.ts';
import type { Cursor } from './cursor.ts';
import { defaulted, object, optional, required, type Values } from './object-shape.ts';
import { duration, text } from './scalar-shapes.ts';

const fields = {
  on: required(oneOrMany(text), 'Events that set it off.'),
  when: optional(condition, 'Only when this holds.'),
  ask: required(oneOrMany(text), 'Push placements that are then decided.'),
  wait: defaulted(duration({ minMs: 0 }), 0, 'How long to wait before deciding.'),
};

export const triggerShape = object('a trigger', fields);
export type TriggerFields = Values<typeof fields>;

export interface CompiledTriggers {
  readonly triggers: ReadonlyMap<string, Trigger>;
  readonly triggersByEvent: ReadonlyMap<string, readonly Trigger[]>;
}

export function compileTriggers(context: BookContext): CompiledTriggers {
  const triggers = new Map<string, Trigger>();
  const triggersByEvent = new Map<string, Trigger[]>();
  for (const { name, value, at } of context.drafts.triggers.drafts) {
    const { wait: waitMs } = value;
    // What is named twice counts once: a decision fills a placement once.
    const events = [...new Set(value.on)];
    const placements = [...new Set(value.ask)];
    // What was before the event is gone when a wait is over.
    const allowed = waitMs > 0 ? allFacts : triggerFacts;
    const when = compileOptional(value.when, at.at('when'), { context, allowed });
    for (const [index, placement] of value.ask.entries()) {
      // `ask` may be one name or a list; where it is one, the position below it is that of `ask` itself.
      checkAsked(placement, at.at('ask', index), context);
    }
    const trigger: Trigger = {
      ...{ name, events, when, placements, waitMs },
      ...(readsBefore(when) && { judgedOnce: true as const }),
    };
    triggers.set(name, trigger);
    for (const event of events) addTo(triggersByEvent, event, trigger);
  }
  return { triggers, triggersByEvent };
}

function readsBefore(when: Condition | undefined): boolean {
  return when !== undefined && [...readsOf(when.tree)].some(({ kind }) => kind === 'before');
}

/** Nobody waits for the answer to a trigger, so only channels that are sent to can take it. */
function checkAsked(placement: string, at: Cursor, { names, drafts }: BookContext): void {
  if (!names.check('placement', placement, at)) return;
  const channel = drafts.placements.drafts.find((draft) => draft.name === placement)?.value.channel;
  const direction = drafts.channels.drafts.find((draft) => draft.name === channel)?.value.direction;
  if (direction !== 'pull') return;
  at.error(
    'NBR_WRONG_CHANNEL',
    `${at.label}: expected a placement of a push channel, found \`${placement}\` of the pull channel \`${channel}\`.`,
  );
}
