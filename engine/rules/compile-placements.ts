import { compareText } from '../compare-text.ts';
import { noAction } from '../learning/uplift.ts';
import { limits } from '../limits.ts';
import type { Json } from '../model/json.ts';
import type { Action, Candidate, Placement } from '../model/rulebook.ts';
import type { BookContext } from './book-context.ts';
import { list } from './collection-shapes.ts';
import { compileFormula } from './compile-amount.ts';
import { compileContent } from './compile-content.ts';
import { subjectNamePattern } from './names.ts';
import { defaulted, object, optional, required, type Values } from './object-shape.ts';
import type { Draft } from './register.ts';
import { anything, name, number, oneOf, text } from './scalar-shapes.ts';

const diversityFields = {
  by: required(oneOf(['issue', 'group']), 'What counts as one kind.'),
  max: required(number({ min: 1, whole: true }), 'How many treatments of one kind.'),
};

const fields = {
  channel: required(name(subjectNamePattern), 'Channel it belongs to.'),
  limit: defaulted(
    number({ min: 1, max: limits.treatmentsPerPlacementMax, whole: true }),
    1,
    'How many treatments it takes.',
  ),
  fallback: optional(anything, 'Content shown when no action is left.'),
  duplicates: defaulted(
    oneOf(['never', 'allow']),
    'never',
    'Whether it may show an action that an earlier placement of the same request shows.',
  ),
  together: optional(
    name(),
    'Placements of one name stand or fall together when a request asks for several of them.',
  ),
  diversity: optional(
    object('a diversity', diversityFields),
    'How many of its treatments may be of one kind.',
  ),
  without: defaulted(list(oneOf(['P', 'V', 'C', 'L', 'cost'])), [], 'Factors of the priority it leaves out.'),
  rankBy: defaulted(
    oneOf(['response', 'uplift']),
    'response',
    'Whether P is how likely a conversion is, or how much likelier the action makes it.',
  ),
  formula: optional(
    text,
    'Its own way to rank, over P, V, C, L, cost and facts; `P * V * C * L - cost` when absent.',
  ),
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
  // By name: what is equal is then told apart by the seed alone, in whatever order the files stand.
  for (const list of byChannel.values()) list.sort((one, other) => compareText(one.name, other.name));
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
  checkUplift(value, at, context);
  const formula =
    value.formula === undefined ? undefined : compileFormula(value.formula, at.at('formula'), context);
  return {
    name: placement,
    channel,
    limit,
    allowsDuplicates: value.duplicates === 'allow',
    ...(value.together !== undefined && { together: value.together }),
    ...(value.diversity && { diversity: value.diversity }),
    fallback:
      value.fallback === undefined
        ? undefined
        : // The document was found to be plain JSON before anything was read from it.
          compileContent(value.fallback as Json, at.at('fallback'), context),
    without: new Set(value.without),
    ...(formula && { formula }),
    ...(value.rankBy === 'uplift' && { ranksByUplift: true as const }),
    candidates: actions.map((action) => candidate(action, { placement, channel })),
    hasMandatory: actions.some(({ mandatory }) => mandatory !== undefined),
  };
}

/** What is added by an action is told by P, and no action may bear the name of doing nothing. */
function checkUplift(
  { rankBy, without }: PlacementFields,
  at: Draft<PlacementFields>['at'],
  { drafts }: BookContext,
): void {
  if (rankBy !== 'uplift') return;
  const index = without.indexOf('P');
  if (index >= 0) {
    const place = at.at('without', index);
    place.error(
      'NBR_WRONG_VALUE',
      `${place.label}: found \`P\` beside \`rankBy: uplift\`, expected it to count; what an action adds is told by it.`,
    );
  }
  const namesake = drafts.actions.drafts.find(({ name }) => name === noAction);
  namesake?.at.error(
    'NBR_WRONG_VALUE',
    `the action \`${noAction}\`: found that name beside a placement with \`rankBy: uplift\`, expected another one; it stands for showing nothing.`,
  );
}

/** Every action with a treatment in the channel; those that fit no treatment here leave the decision with a reason. */
function candidate(
  action: Action,
  { placement, channel }: { readonly placement: string; readonly channel: string },
): Candidate {
  const treatments = action.treatments
    .filter(
      (treatment) =>
        treatment.channel === channel &&
        (treatment.placements.length === 0 || treatment.placements.includes(placement)),
    )
    .sort((one, other) => compareText(one.name, other.name));
  return { action, treatments };
}
