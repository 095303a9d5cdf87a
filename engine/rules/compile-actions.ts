import { limits } from '../limits.ts';
import type { Action, EngagementPolicy } from '../model/rulebook.ts';
import type { Steps } from '../steps.ts';
import type { ActionDraft } from './action-shape.ts';
import { type BookContext, compileOptional } from './book-context.ts';
import { compileAmount } from './compile-amount.ts';
import { checkOverlap, compilePolicy, together } from './compile-engagement.ts';
import { levelsAbove } from './compile-hierarchy.ts';
import { type ActionSurroundings, type BareAction, compileTreatment } from './compile-treatment.ts';
import { anyOf, toCondition } from './conditions/condition-tree.ts';
import { customerFacts } from './conditions/fact-scope.ts';
import type { Cursor } from './cursor.ts';
import { parseGroup } from './group-name.ts';
import { compileMandatory } from './mandatory-shape.ts';
import type { Draft } from './register.ts';

export function* compileActions(
  context: BookContext,
  surroundings: ActionSurroundings,
): Steps<ReadonlyMap<string, Action>> {
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
    const action = compileAction(draft, { context, surroundings, index: actions.size });
    const treatments = draft.value.treatments.flatMap((treatment) => {
      const compiled = compileTreatment(treatment, treatmentIndex, { context, surroundings, action });
      if (compiled) treatmentIndex += 1;
      return compiled ?? [];
    });
    actions.set(draft.name, { ...action, treatments });
    yield;
  }
  return actions;
}

function compileAction(
  { name, value: draft, at }: Draft<ActionDraft>,
  {
    context,
    surroundings: { prior, hierarchy },
    index,
  }: {
    readonly context: BookContext;
    readonly surroundings: ActionSurroundings;
    readonly index: number;
  },
): BareAction {
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
  const { lever, budgets } = fields;
  const mandatory = compileMandatory(fields.mandatory, at.at('mandatory'), context);
  const parsed = parseGroup(fields.group);
  const above = levelsAbove(parsed.group, hierarchy);
  const own = compileOwn(draft, at, context);
  const policy = together([...above, own], at);
  checkOverlap(
    own.valid,
    above.map(({ valid }) => valid),
    at.at('valid'),
    'its group and issue',
  );
  const purpose = fields.purpose ?? above.findLast((level) => level.purpose !== undefined)?.purpose;
  return {
    name,
    ...parsed,
    ...(purpose !== undefined && { purpose }),
    value: compileAmount(fields.value, at.at('value'), context),
    cost: compileCosts(draft, at.at('cost'), context),
    lever,
    budgets,
    prior: fields.prior ?? prior,
    valid: policy.valid,
    eligibility: policy.eligibility,
    applicability: policy.applicability,
    suitability: policy.suitability,
    ...(mandatory && { mandatory }),
    own: { ...own, ...(fields.purpose !== undefined && { purpose: fields.purpose }) },
    index,
  };
}

function compileCosts({ fields }: ActionDraft, at: Cursor, context: BookContext): Action['cost'] {
  return Object.fromEntries(
    Object.entries(fields.cost).map(([channel, written]) => [
      channel,
      compileAmount(written, at.at(channel), context),
    ]),
  );
}

/** What is written at the action itself. */
function compileOwn(draft: ActionDraft, at: Cursor, context: BookContext): EngagementPolicy {
  const { fields, imported, orEligibility, eligibilityAt } = draft;
  if (!imported) return compilePolicy(fields, at, { context });
  const options = { context, allowed: customerFacts, imported };
  const rules = [{ value: fields.eligibility, at: eligibilityAt }, ...orEligibility];
  const choices = rules.flatMap(({ value, at: place }) => compileOptional(value, place, options) ?? []);
  const rest = compilePolicy({ ...fields, eligibility: undefined }, at, { context, imported });
  if (choices.length < 2) return { ...rest, eligibility: choices[0] };
  const tree = anyOf(
    choices.map((choice) => choice.tree),
    eligibilityAt,
  );
  return { ...rest, eligibility: toCondition(tree, { any: choices.map(({ source }) => source) }) };
}
