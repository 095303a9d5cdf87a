import { day, limits } from '../limits.ts';
import type { Condition } from '../model/condition.ts';
import type { Action, Prior, Treatment, Validity } from '../model/rulebook.ts';
import type { ActionDraft, TreatmentDraft } from './action-shape.ts';
import { type BookContext, compileOptional } from './book-context.ts';
import { compileContent } from './compile-content.ts';
import { anyOf, toCondition } from './conditions/condition-tree.ts';
import { customerFacts } from './conditions/fact-scope.ts';
import { type Cursor, whereIs } from './cursor.ts';
import { parseGroup } from './group-name.ts';
import type { Draft } from './register.ts';

/** The ends of time for an action without a validity: the first and last moment a calendar can name. */
export const alwaysValid: Validity = { from: -8.64e15, until: 8.64e15 };

export function compileActions(context: BookContext, prior: Prior): ReadonlyMap<string, Action> {
  const { drafts } = context.drafts.actions;
  const actions = new Map<string, Action>();
  let treatmentIndex = 0;
  for (const draft of drafts) {
    if (actions.size === limits.actionsMax) {
      draft.at.error(
        'NBR_TOO_LARGE',
        `expected at most ${limits.actionsMax} actions, found ${drafts.length}.`,
      );
      break;
    }
    const treatments = draft.value.treatments.flatMap((treatment) => {
      const compiled = compileTreatment(treatment, treatmentIndex, context);
      if (compiled) treatmentIndex += 1;
      return compiled ?? [];
    });
    actions.set(draft.name, compileAction(draft, { context, prior, treatments, index: actions.size }));
  }
  return actions;
}

function compileAction(
  { name, value: draft, at }: Draft<ActionDraft>,
  {
    context,
    prior,
    treatments,
    index,
  }: {
    readonly context: BookContext;
    readonly prior: Prior;
    readonly treatments: readonly Treatment[];
    readonly index: number;
  },
): Action {
  const { fields } = draft;
  for (const channel of Object.keys(fields.cost)) {
    context.names.check('channel', channel, at.at('cost', channel));
  }
  context.names.checkAll('budget', fields.budgets, at.at('budgets'));
  if (draft.bare) {
    at.warn(
      'NBR_ACTION_WITHOUT_TREATMENT',
      `the action \`${name}\`: expected a treatment, found none; it is never shown.`,
    );
  }
  const { purpose, value, cost, lever, budgets } = fields;
  return {
    name,
    ...parseGroup(fields.group),
    ...(purpose === undefined ? {} : { purpose }),
    value,
    cost,
    lever,
    budgets,
    prior: fields.prior ?? prior,
    valid: compileValidity(fields.valid, at.at('valid')),
    ...compileEngagement(draft, at, context),
    treatments,
    index,
  };
}

function compileEngagement(
  draft: ActionDraft,
  at: Cursor,
  context: BookContext,
): Pick<Action, 'eligibility' | 'applicability' | 'suitability'> {
  const { fields, imported } = draft;
  const options = { context, allowed: customerFacts, imported };
  return {
    eligibility: compileEligibility(draft, options),
    applicability: compileOptional(fields.applicability, at.at('applicability'), options),
    suitability: compileOptional(fields.suitability, at.at('suitability'), options),
  };
}

function compileEligibility(
  { fields, eligibilityAt, orEligibility }: ActionDraft,
  options: Parameters<typeof compileOptional>[2],
): Condition | undefined {
  const first = compileOptional(fields.eligibility, eligibilityAt, options);
  if (orEligibility.length === 0) return first;
  const others = orEligibility.map(({ value, at }) => compileOptional(value, at, options));
  const choices = [first, ...others].filter((choice) => choice !== undefined);
  const tree = anyOf(
    choices.map((choice) => choice.tree),
    eligibilityAt,
  );
  return toCondition(tree, { any: choices.map(({ source }) => source) });
}

function compileValidity(valid: ActionDraft['fields']['valid'], at: Cursor): Validity {
  const from = valid.from?.at ?? alwaysValid.from;
  // A day as the end includes that day, so the exclusive end is the midnight after it.
  const until = valid.until ? valid.until.at + (valid.until.dateOnly ? day : 0) : alwaysValid.until;
  if (until <= from) {
    at.at('until').error(
      'NBR_WRONG_VALUE',
      `${at.label}: expected \`until\` after \`from\`, found it before or at it.`,
    );
  }
  return { from, until };
}

function compileTreatment(draft: TreatmentDraft, index: number, context: BookContext): Treatment | undefined {
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
  return { name, channel, placements, content, index };
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
