import { limits } from '../limits.ts';
import type { Json } from '../model/json.ts';
import type { Action, Candidate, Placement } from '../model/rulebook.ts';
import type { BookContext } from './book-context.ts';
import { list } from './collection-shapes.ts';
import { compileContent } from './compile-content.ts';
import { subjectNamePattern } from './names.ts';
import { defaulted, object, optional, required, type Values } from './object-shape.ts';
import type { Draft } from './register.ts';
import { anything, name, number, oneOf } from './scalar-shapes.ts';

const fields = {
  channel: required(name(subjectNamePattern), 'Channel it belongs to.'),
  limit: defaulted(
    number({ min: 1, max: limits.treatmentsPerPlacementMax, whole: true }),
    1,
    'How many treatments it takes.',
  ),
  fallback: optional(anything, 'Content shown when no action is left.'),
  without: defaulted(list(oneOf(['P', 'V', 'C', 'L', 'cost'])), [], 'Factors of the priority it leaves out.'),
};

export const placementShape = object('a placement', fields);
export type PlacementFields = Values<typeof fields>;

export function compilePlacements(
  context: BookContext,
  actions: Iterable<Action>,
): ReadonlyMap<string, Placement> {
  const byChannel = actionsByChannel(actions);
  const placements = context.drafts.placements.drafts.map((draft): [string, Placement] => [
    draft.name,
    compilePlacement(draft, byChannel.get(draft.value.channel) ?? [], context),
  ]);
  return new Map(placements);
}

function actionsByChannel(actions: Iterable<Action>): ReadonlyMap<string, readonly Action[]> {
  const byChannel = new Map<string, Action[]>();
  for (const action of actions) {
    for (const channel of new Set(action.treatments.map((treatment) => treatment.channel))) {
      const list = byChannel.get(channel) ?? [];
      list.push(action);
      byChannel.set(channel, list);
    }
  }
  return byChannel;
}

function compilePlacement(
  { name: placement, value, at }: Draft<PlacementFields>,
  actions: readonly Action[],
  context: BookContext,
): Placement {
  const { channel, limit } = value;
  context.names.check('channel', channel, at.at('channel'));
  const direction = context.drafts.channels.drafts.find((draft) => draft.name === channel)?.value.direction;
  if (direction === 'pull' && value.fallback === undefined) {
    at.warn(
      'NBR_NO_FALLBACK',
      `the placement \`${placement}\`: expected a \`fallback\`, found none; it stays empty when no action is left.`,
    );
  }
  return {
    name: placement,
    channel,
    limit,
    fallback:
      value.fallback === undefined
        ? undefined
        : // The document was found to be plain JSON before anything was read from it.
          compileContent(value.fallback as Json, at.at('fallback'), context),
    without: new Set(value.without),
    candidates: actions.map((action) => candidate(action, { placement, channel })),
  };
}

/** Every action with a treatment in the channel; those that fit no treatment here leave the decision with a reason. */
function candidate(
  action: Action,
  { placement, channel }: { readonly placement: string; readonly channel: string },
): Candidate {
  const treatments = action.treatments.filter(
    (treatment) =>
      treatment.channel === channel &&
      (treatment.placements.length === 0 || treatment.placements.includes(placement)),
  );
  return { action, treatments };
}
