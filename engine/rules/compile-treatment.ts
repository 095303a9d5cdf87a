import { tallyKey } from '../learning/propensity.ts';
import type { Action, ContextWeight, HierarchyLevel, Prior, Treatment } from '../model/rulebook.ts';
import type { TreatmentDraft } from './action-shape.ts';
import type { BookContext } from './book-context.ts';
import { compileAmount } from './compile-amount.ts';
import { compileContent } from './compile-content.ts';
import { asksNothing, checkOverlap, compilePolicy } from './compile-engagement.ts';
import { levelsAbove } from './compile-hierarchy.ts';
import { type Cursor, whereIs } from './cursor.ts';

/** What actions take from the rest of the book. */
export interface ActionSurroundings {
  readonly prior: Prior;
  readonly contextWeights: readonly ContextWeight[];
  readonly hierarchy: ReadonlyMap<string, HierarchyLevel>;
}

/** An action but for its treatments. */
export type BareAction = Omit<Action, 'treatments'>;

export function compileTreatment(
  draft: TreatmentDraft,
  index: number,
  {
    context,
    surroundings,
    action,
  }: {
    readonly context: BookContext;
    readonly surroundings: ActionSurroundings;
    readonly action: BareAction;
  },
): Treatment | undefined {
  const { name, placements, at } = draft;
  const content = compileContent(draft.content, draft.contentAt, context);
  const channel = draft.channel ?? context.drafts.channels.drafts[0]?.name;
  if (channel === undefined) {
    at.error(
      'NBR_UNKNOWN_CHANNEL',
      `${at.label}: expected a channel for the treatment, found none in the book.`,
    );
    return undefined;
  }
  if (!context.names.check('channel', channel, at.at('channel'))) return undefined;
  for (const [place, placement] of placements.entries()) {
    checkPlacement({ placement, channel, at: at.at('placements', place) }, context);
  }
  if (placements.length === 0) warnIfNowhere({ name, channel, at }, context);
  return {
    name,
    channel,
    placements,
    content,
    index,
    key: tallyKey(action.name, name),
    ...compileWorth(draft, channel, { context, action }),
    lever: draft.fields.lever,
    leverFactor: leverFactor(draft, action, surroundings),
    weights: weightsOf(name, action, surroundings),
    ...compileTreatmentPolicy(draft, action, context),
  };
}

function compileWorth(
  { fields, at }: TreatmentDraft,
  channel: string,
  { context, action }: { readonly context: BookContext; readonly action: BareAction },
): Pick<Treatment, 'value' | 'cost' | 'own'> {
  const value = fields.value === undefined ? undefined : compileAmount(fields.value, at.at('value'), context);
  const cost = fields.cost === undefined ? undefined : compileAmount(fields.cost, at.at('cost'), context);
  return {
    value: value ?? action.value,
    cost: cost ?? action.cost[channel] ?? 0,
    own: { ...(value !== undefined && { value }), ...(cost !== undefined && { cost }) },
  };
}

/** 20 + 20 + 15 make 1.55; -100 and less leave nothing. */
function leverFactor(
  { fields }: TreatmentDraft,
  { lever, group }: BareAction,
  { hierarchy }: ActionSurroundings,
): number {
  const above = levelsAbove(group, hierarchy).reduce((sum, level) => sum + level.lever, 0);
  return Math.max(0, 1 + (above + lever + fields.lever) / 100);
}

const noWeights: readonly ContextWeight[] = [];

function weightsOf(
  name: string,
  action: BareAction,
  { contextWeights }: ActionSurroundings,
): readonly ContextWeight[] {
  const found = contextWeights.filter((weight) => speaksOf(weight, action, name));
  return found.length === 0 ? noWeights : found;
}

/** Whether a weight is for this treatment: all lists that it has must name it. */
function speaksOf(
  { groups, actions, treatments }: ContextWeight,
  { name, group }: Pick<Action, 'name' | 'group'>,
  treatment: string,
): boolean {
  return (
    (groups.length === 0 || groups.includes(group)) &&
    (actions.length === 0 || actions.includes(name)) &&
    (treatments.length === 0 || treatments.includes(`${name}/${treatment}`))
  );
}

function compileTreatmentPolicy(
  { fields, at }: TreatmentDraft,
  action: BareAction,
  context: BookContext,
): Pick<Treatment, 'policy'> {
  const policy = compilePolicy(fields, at, { context });
  checkOverlap(policy.valid, [action.valid], at.at('valid'), 'its action');
  return asksNothing(policy) ? {} : { policy };
}

function checkPlacement(
  { placement, channel, at }: { readonly placement: string; readonly channel: string; readonly at: Cursor },
  { names, drafts }: BookContext,
): void {
  if (!names.check('placement', placement, at)) return;
  const other = drafts.placements.drafts.find((draft) => draft.name === placement);
  if (!other || other.value.channel === channel) return;
  at.error(
    'NBR_WRONG_CHANNEL',
    `${at.label}: expected a placement of the channel \`${channel}\`, found \`${placement}\` of the channel ` +
      `\`${other.value.channel}\` (${whereIs(other.at)}).`,
  );
}

function warnIfNowhere(
  { name, channel, at }: { readonly name: string; readonly channel: string; readonly at: Cursor },
  { drafts }: BookContext,
): void {
  if (drafts.placements.drafts.some((draft) => draft.value.channel === channel)) return;
  at.warn(
    'NBR_TREATMENT_NOWHERE',
    `the treatment \`${name}\`: expected a placement of the channel \`${channel}\`, found none; it is never shown.`,
  );
}
