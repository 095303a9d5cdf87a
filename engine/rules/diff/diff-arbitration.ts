import type { Json } from '../../model/json.ts';
import type { Arbitration, ContextWeight } from '../../model/rulebook.ts';
import { conditionText } from '../conditions/condition-text.ts';
import type { Change, FieldChange } from './change.ts';
import { placeOf } from './change-place.ts';
import type { Comparison } from './comparison.ts';
import { fieldChange, jsonChanges, plainChange, setChange } from './json-changes.ts';
import { fieldsChanged } from './make-change.ts';
import { pairWeights } from './unnamed-pairs.ts';

/** How actions are ranked, but for the conditions of context weights that stayed. */
export function diffArbitration(comparison: Comparison): readonly Change[] {
  const { arbitration: before } = comparison.before;
  const { arbitration: after } = comparison.after;
  const fields = [
    ...jsonChanges(explorationText(before), explorationText(after), 'exploration'),
    ...plainChange('prior', { ...before.prior }, { ...after.prior }),
    ...weightFields(comparison),
  ];
  // They are told one by one: they have little to do with each other.
  return [
    ...fields.flatMap((field) => fieldsChanged(comparison, arbitration, [field])),
    ...removedWeights(comparison),
  ];
}

/** As it is written: a share, or a map. */
function explorationText({ exploration }: Arbitration): Json {
  if (exploration.kind === 'share') return exploration.rate;
  const { floor, uniform, gamma } = exploration;
  return { floor, uniform, gamma };
}

const arbitration = { of: 'arbitration', name: 'arbitration', topic: 'ranking' } as const;

function weightFields(comparison: Comparison): readonly FieldChange[] {
  const { pairs, added } = pairWeights(comparison);
  const { contextWeights } = comparison.after.arbitration;
  const fieldOf = (weight: ContextWeight) => `contextWeights.${contextWeights.indexOf(weight)}`;
  return [
    ...pairs.flatMap(({ before, after }) => [
      ...plainChange(`${fieldOf(after)}.weight`, before.weight, after.weight),
      ...setChange(`${fieldOf(after)}.groups`, before.groups, after.groups, 'filter'),
    ]),
    ...added.map((weight) => fieldChange(fieldOf(weight), undefined, describe(weight))),
  ];
}

/** What stands under their number now is another weight. */
function removedWeights(comparison: Comparison): readonly Change[] {
  const { before } = comparison;
  return pairWeights(comparison).removed.flatMap((weight) => {
    const field = `contextWeights.${before.arbitration.contextWeights.indexOf(weight)}`;
    const at = placeOf(before, 'before', { ...arbitration, field });
    const told = fieldsChanged(comparison, arbitration, [fieldChange(field, describe(weight), undefined)]);
    return told.map((change) => ({ ...change, at }));
  });
}

function describe({ when, groups, actions, treatments, weight }: ContextWeight): Json {
  return { weight, when: conditionText(when.tree), for: [...groups, ...actions, ...treatments] };
}
