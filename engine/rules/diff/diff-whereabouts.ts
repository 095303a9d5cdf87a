import type { Rulebook } from '../../model/rulebook.ts';
import type { Change } from './change.ts';
import type { Comparison } from './comparison.ts';
import { jsonChanges, plainChange } from './json-changes.ts';
import { fieldsChanged } from './make-change.ts';

/** Whose clock counts, and which law. */
export function diffWhereabouts(comparison: Comparison): readonly Change[] {
  const { before, after } = comparison;
  const names = (facts: Rulebook['timeZones']['from']) => facts.map(({ name }) => name);
  const zones = [
    ...plainChange('', before.timeZones.fallback, after.timeZones.fallback),
    ...plainChange('from', names(before.timeZones.from), names(after.timeZones.from)),
    ...jsonChanges(
      Object.fromEntries(before.timeZones.byJurisdiction),
      Object.fromEntries(after.timeZones.byJurisdiction),
      'byJurisdiction',
    ),
  ];
  const jurisdictions = [
    ...plainChange('default', before.jurisdictions.fallback, after.jurisdictions.fallback),
    ...plainChange('from', names(before.jurisdictions.from), names(after.jurisdictions.from)),
  ];
  const what = { of: 'setting', topic: 'contacts', reach: 'other' } as const;
  return [
    ...fieldsChanged(comparison, { ...what, name: 'timeZone' }, zones),
    ...fieldsChanged(comparison, { ...what, name: 'jurisdiction' }, jurisdictions),
  ];
}
