import type { ConditionTree } from '../../model/condition.ts';
import type { FactDomains } from '../meaning/fact-domain.ts';
import { implies } from '../meaning/implication.ts';
import type { ConditionVerdict } from './change.ts';
import { conditionKey } from './condition-key.ts';
import type { Direction } from './direction.ts';

type Tree = ConditionTree | undefined;

/** What became of a condition; an absent one always holds. Undefined when it is written as it was, to the last part. */
export function compareConditions(
  before: Tree,
  after: Tree,
  domains: FactDomains,
): ConditionVerdict | undefined {
  if (wholeKey(before) === wholeKey(after)) return undefined;
  const wider = implies(before, after, domains);
  const narrower = implies(after, before, domains);
  if (wider === 'yes')
    return { yes: 'equal', no: 'loosened', unknown: 'not-tightened' }[narrower] as ConditionVerdict;
  if (narrower === 'yes') return wider === 'no' ? 'tightened' : 'not-loosened';
  return wider === 'no' && narrower === 'no' ? 'shifted' : 'unclear';
}

/** Whether all conditions of one list together let the same through as all of another. */
export function areEqualTogether(
  before: readonly Tree[],
  after: readonly Tree[],
  domains: FactDomains,
): boolean {
  return (
    after.every((tree) => implies(before, tree, domains) === 'yes') &&
    before.every((tree) => implies(after, tree, domains) === 'yes')
  );
}

/** Whether the place of the condition itself says something else now, whatever became of the shared ones in it. */
export function isRewritten(before: Tree, after: Tree): boolean {
  return ownKey(before) !== ownKey(after);
}

/** Whether more pass a condition. */
export function directionOf(verdict: ConditionVerdict): Direction | 'unclear' {
  switch (verdict) {
    case 'loosened':
      return 'more';
    case 'tightened':
      return 'fewer';
    case 'shifted':
      return 'other';
    case 'equal':
    case 'moved':
      return 'same';
    case 'not-tightened':
    case 'not-loosened':
    case 'unclear':
      return 'unclear';
  }
}

function wholeKey(tree: Tree): string {
  return tree ? conditionKey(tree, 'whole') : '';
}

function ownKey(tree: Tree): string {
  return tree ? conditionKey(tree, 'own') : '';
}
