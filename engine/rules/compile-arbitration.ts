import type { Condition } from '../model/condition.ts';
import type { Arbitration, ContextWeight } from '../model/rulebook.ts';
import { type BookContext, compileOptional } from './book-context.ts';
import { list } from './collection-shapes.ts';
import { points } from './compile-amount.ts';
import { condition } from './conditions/condition-fields.ts';
import { allFacts } from './conditions/fact-scope.ts';
import type { Cursor } from './cursor.ts';
import { explorationShape, noExploration } from './exploration-shape.ts';
import { treatmentPattern } from './names.ts';
import { defaulted, object, optional, required, type Values } from './object-shape.ts';
import { priorDefault, priorShape } from './prior-shape.ts';
import { anything, name, text } from './scalar-shapes.ts';

const weightFields = {
  when: optional(condition, 'When the weight applies.'),
  context: optional(
    object('a value of the context', {
      key: required(name(), 'A key of the context that requests bring.'),
      value: required(anything, 'The value at which the weight applies.'),
    }),
    'Short for `when: { fact: context.<key>, operator: equal, value }`.',
  ),
  groups: defaulted(list(text), [], 'Only to actions of these groups or issues.'),
  actions: defaulted(list(text), [], 'Only to these actions.'),
  treatments: defaulted(list(name(treatmentPattern)), [], 'Only to these treatments: `action/treatment`.'),
  weight: required(points, 'Percentage points; 20 is a fifth more. All that apply add up.'),
};

const fields = {
  exploration: defaulted(
    explorationShape,
    noExploration,
    'How chance has a say: a share of decisions that try something at random, or a map that weighs all options.',
  ),
  prior: defaulted(priorShape, priorDefault, 'Propensity assumed before there is evidence.'),
  contextWeights: defaulted(
    list(object('a context weight', weightFields)),
    [],
    'Weights that depend on the situation.',
  ),
};

export const arbitrationShape = object('the arbitration', fields);
export type ArbitrationFields = Values<typeof fields>;

export const arbitrationDefault: Arbitration = {
  exploration: noExploration,
  prior: priorDefault,
  contextWeights: [],
};

export function compileArbitration(context: BookContext): Arbitration {
  const { draft } = context.drafts.arbitration;
  if (!draft) return arbitrationDefault;
  const { value, at } = draft;
  const contextWeights = value.contextWeights
    .flatMap((weight, index) => compileWeight(weight, at.at('contextWeights', index), context) ?? [])
    .map((weight, index) => ({ ...weight, index }));
  return { exploration: value.exploration, prior: value.prior, contextWeights };
}

type WeightFields = ArbitrationFields['contextWeights'][number];

function compileWeight(
  fields: WeightFields,
  at: Cursor,
  context: BookContext,
): Omit<ContextWeight, 'index'> | undefined {
  const { groups, actions, treatments, weight } = fields;
  const when = compileWhen(fields, at, context);
  context.names.checkAll('action', actions, at.at('actions'));
  for (const [index, written] of treatments.entries())
    context.names.treatment(written, at.at('treatments', index));
  const full = context.names.groups(groups, at.at('groups'));
  return when && { when, groups: full, actions, treatments, weight };
}

function compileWhen(
  { when, context: pair }: WeightFields,
  at: Cursor,
  context: BookContext,
): Condition | undefined {
  if (when !== undefined && pair !== undefined) {
    at.at('context').error(
      'NBR_CONFLICTING_FIELDS',
      `${at.label}: expected \`when\` or \`context\`, found both.`,
      'Put what both say into one `when: { all: [...] }`.',
    );
  } else if (when === undefined && pair === undefined) {
    at.error('NBR_MISSING_FIELD', `${at.label}: expected \`when\` or \`context\`, found neither.`);
  } else if (pair !== undefined) {
    const source = { fact: `context.${pair.key}`, operator: 'equal', value: pair.value };
    return compileOptional(source, at.at('context'), { context, allowed: allFacts });
  }
  return compileOptional(when, at.at('when'), { context, allowed: allFacts });
}
