import type { Static } from 'typebox';
import type { Alteration, Counterfactual, ExplainedAction, FullExplanation } from '../../engine/index.ts';
import { customerToWire, timeToWire } from './map.ts';
import type { AlterationSchema, CounterfactualSchema } from './schemas-explain.ts';

/** A full explanation on the wire: ISO times, bare ids, and sentences beside the figures. */
export function fullExplanationToWire({ decision, customer, at, placements, ...rest }: FullExplanation) {
  return {
    decisionId: decision,
    customer: customerToWire(customer),
    at: timeToWire(at),
    ...rest,
    placements: placements.map((part) => ({ ...part, actions: part.actions.map(actionToWire) })),
  };
}

function actionToWire({ until, counterfactual, ...rest }: ExplainedAction) {
  return {
    ...rest,
    ...(until !== undefined && { until: timeToWire(until) }),
    ...(counterfactual && { counterfactual: counterfactualToWire(counterfactual) }),
  };
}

function counterfactualToWire(counterfactual: Counterfactual): Static<typeof CounterfactualSchema> {
  if (counterfactual.found) {
    const { found, becomes, alterations, provided } = counterfactual;
    const altered = alterations.map(alterationToWire);
    return { found, becomes, alterations: altered, ...(provided && { provided: [...provided] }) };
  }
  const { found, why, barrier } = counterfactual;
  return {
    found,
    why,
    barrier: { code: barrier.code, ...(barrier.by !== undefined && { by: barrier.by }) },
  };
}

function alterationToWire(alteration: Alteration): Static<typeof AlterationSchema> {
  switch (alteration.kind) {
    case 'time':
      return { kind: alteration.kind, at: timeToWire(alteration.at) };
    case 'fact': {
      const { path, ...rest } = alteration;
      return { ...rest, ...(path && { path: [...path] }) };
    }
    default:
      return alteration;
  }
}
