import { numberOperators } from './number-operators.ts';
import type { OperatorDefinition } from './operator-definition.ts';
import { placeOperators } from './place-operators.ts';
import { referenceOperators } from './reference-operators.ts';
import { specialOperators } from './special-operators.ts';
import { textOperators } from './text-operators.ts';
import { timeOperators } from './time-operators.ts';

/**
 * All operators by name. Those that json-rules-engine does not have share one rule: a fact of a type that the operator
 * does not take makes the comparison false, and `not:` of it therefore true. None of them ever throws.
 */
export const operators: ReadonlyMap<string, OperatorDefinition> = new Map<string, OperatorDefinition>(
  Object.entries({
    ...referenceOperators,
    ...numberOperators,
    ...textOperators,
    ...timeOperators,
    ...placeOperators,
    ...specialOperators,
  }),
);
