import type { ConsentRule } from '../../model/rulebook.ts';
import type { Change, ChangePlace } from './change.ts';
import { toPlace } from './change-place.ts';
import type { Comparison } from './comparison.ts';
import { type Direction, ofNumbers, ofSets, opposite, together } from './direction.ts';
import { plainChange, setChange } from './json-changes.ts';
import { pairConsent, permissionOf } from './unnamed-pairs.ts';

/** Which events give and take permission and for how long, but for the conditions on them. */
export function diffConsent(comparison: Comparison): readonly Change[] {
  const { pairs, added, removed } = pairConsent(comparison);
  const place = (side: ChangePlace['side'], rule: ConsentRule) =>
    toPlace(side, comparison[side].places.consent.get(rule));
  const what = (rule: ConsentRule, direction: Direction) => ({
    of: 'consent' as const,
    name: permissionOf(rule),
    topic: 'contacts' as const,
    reach: rule.status === 'granted' ? direction : opposite(direction),
  });
  return [
    ...added.map((rule): Change => ({ kind: 'added', ...what(rule, 'more'), at: place('after', rule) })),
    ...removed.map(
      (rule): Change => ({ kind: 'removed', ...what(rule, 'fewer'), at: place('before', rule) }),
    ),
    ...pairs.flatMap(({ before, after }): readonly Change[] => {
      const fields = [
        ...setChange('on', before.events, after.events),
        ...plainChange('expires', before.expiresMs, after.expiresMs, 'duration'),
        ...plainChange('expiresAt', before.expiresFrom?.join('.'), after.expiresFrom?.join('.')),
      ];
      if (fields.length === 0) return [];
      const direction = together([ofSets(before.events, after.events), ofExpiry(before, after)]);
      return [{ kind: 'fields', ...what(after, direction), at: place('after', after), fields, affects: [] }];
    }),
  ];
}

/** A grant that lasts longer allows more. What an event will tell about its end, nobody knows. */
function ofExpiry(before: ConsentRule, after: ConsentRule): Direction {
  if (before.expiresFrom?.join('.') !== after.expiresFrom?.join('.')) return 'other';
  return ofNumbers(before.expiresMs ?? Number.POSITIVE_INFINITY, after.expiresMs ?? Number.POSITIVE_INFINITY);
}
