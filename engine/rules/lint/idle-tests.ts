import type { TestNode } from '../../model/condition.ts';
import type { FactDomain } from '../meaning/fact-domain.ts';

/** Comparisons that hold for some value and fail for another, whatever plain value stands beside them. */
const telling = new Set([
  'equal',
  'notEqual',
  'lessThan',
  'lessThanInclusive',
  'greaterThan',
  'greaterThanInclusive',
]);

/** Spares the search for the many comparisons of which it is plain that they say something. */
export function mayBeIdle({ operator, right }: TestNode, { kind, whole }: FactDomain): boolean {
  if (!telling.has(operator)) return true;
  if ('slot' in right) return kind !== 'any';
  const { literal } = right;
  if (kind === 'any') return typeof literal === 'object';
  // Every domain of numbers has those above zero.
  return (
    kind !== 'number' || typeof literal !== 'number' || literal <= 0 || (whole && !Number.isInteger(literal))
  );
}
