import type { Arbitration, ContextWeight } from '../model/rulebook.ts';
import { type BookContext, compileOptional } from './book-context.ts';
import { list, mapOf } from './collection-shapes.ts';
import { condition } from './conditions/condition-fields.ts';
import { allFacts } from './conditions/fact-scope.ts';
import type { Cursor } from './cursor.ts';
import { groupPattern } from './names.ts';
import { defaulted, object, required, type Values } from './object-shape.ts';
import { priorDefault, priorShape } from './prior-shape.ts';
import { number, text } from './scalar-shapes.ts';

const weightFields = {
  when: required(condition, 'When the weight applies.'),
  groups: defaulted(list(text), [], 'Only to actions of these groups or issues.'),
  actions: defaulted(list(text), [], 'Only to these actions.'),
  weight: required(number({ min: 0 }), 'Factor; 1 is neutral.'),
};

const fields = {
  exploration: defaulted(number({ min: 0, max: 1 }), 0, 'Share of decisions that try something at random.'),
  prior: defaulted(priorShape, priorDefault, 'Propensity assumed before there is evidence.'),
  levers: defaulted(mapOf(groupPattern, number({ min: 0 })), {}, 'Business weights by issue or group.'),
  contextWeights: defaulted(
    list(object('a context weight', weightFields)),
    [],
    'Weights that depend on the situation.',
  ),
};

export const arbitrationShape = object('the arbitration', fields);
export type ArbitrationFields = Values<typeof fields>;

export const arbitrationDefault: Arbitration = {
  explorationRate: 0,
  prior: priorDefault,
  levers: {},
  contextWeights: [],
};

export function compileArbitration(context: BookContext): Arbitration {
  const { draft } = context.drafts.arbitration;
  if (!draft) return arbitrationDefault;
  const { value, at } = draft;
  const levers: Record<string, number> = {};
  for (const [name, lever] of Object.entries(value.levers)) {
    levers[context.names.issueOrGroup(name, at.at('levers', name))] = lever;
  }
  const contextWeights = value.contextWeights.flatMap(
    (weight, index) => compileWeight(weight, at.at('contextWeights', index), context) ?? [],
  );
  return { explorationRate: value.exploration, prior: value.prior, levers, contextWeights };
}

function compileWeight(
  { when: source, groups, actions, weight }: ArbitrationFields['contextWeights'][number],
  at: Cursor,
  context: BookContext,
): ContextWeight | undefined {
  const when = compileOptional(source, at.at('when'), { context, allowed: allFacts });
  context.names.checkAll('action', actions, at.at('actions'));
  const full = context.names.groups(groups, at.at('groups'));
  return when && { when, groups: full, actions, weight };
}
