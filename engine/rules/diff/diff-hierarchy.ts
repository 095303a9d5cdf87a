import type { HierarchyLevel, Validity } from '../../model/rulebook.ts';
import { alwaysValid } from '../compile-engagement.ts';
import type { Change, FieldChange } from './change.ts';
import type { Comparison } from './comparison.ts';
import { type Direction, together } from './direction.ts';
import { plainChange } from './json-changes.ts';
import { fieldsChanged } from './make-change.ts';
import type { Pair } from './pairing.ts';

/** Levels of the hierarchy, but for their conditions. A level that is not written says nothing, and that is what it said. */
export function diffHierarchy(comparison: Comparison): readonly Change[] {
  return levelPairs(comparison).flatMap(({ name, before, after }) => {
    const fields = [
      ...plainChange('purpose', before.purpose, after.purpose),
      ...validityFields(before.valid, after.valid),
    ];
    const reach = together([ofPurposes(before, after), ofValidities(before.valid, after.valid)]);
    const of = 'hierarchy';
    return [
      ...fieldsChanged(comparison, { of, name, topic: 'contacts', reach }, fields),
      ...fieldsChanged(
        comparison,
        { of, name, topic: 'ranking' },
        plainChange('lever', before.lever, after.lever),
      ),
    ];
  });
}

/** Every level that one of the books speaks of. */
export function levelPairs({ before, after }: Comparison): readonly Pair<HierarchyLevel>[] {
  const names = new Set([...before.hierarchy.keys(), ...after.hierarchy.keys()]);
  return [...names].map((name) => ({
    name,
    from: name,
    before: before.hierarchy.get(name) ?? unwritten(name),
    after: after.hierarchy.get(name) ?? unwritten(name),
  }));
}

function unwritten(name: string): HierarchyLevel {
  const conditions = { eligibility: undefined, applicability: undefined, suitability: undefined };
  return { name, lever: 0, valid: alwaysValid, ...conditions };
}

/** Without a purpose no permission is asked for. */
export function ofPurposes(
  { purpose: before }: { readonly purpose?: string },
  { purpose: after }: { readonly purpose?: string },
): Direction {
  if (before === after) return 'same';
  if (before === undefined) return 'fewer';
  return after === undefined ? 'more' : 'other';
}

export function validityFields(before: Validity, after: Validity, of = 'valid'): readonly FieldChange[] {
  return [
    ...plainChange(`${of}.from`, before.from, after.from, 'time'),
    ...plainChange(`${of}.until`, before.until, after.until, 'time'),
  ];
}

export function ofValidities(before: Validity, after: Validity): Direction {
  const longer = after.from < before.from || after.until > before.until;
  const shorter = after.from > before.from || after.until < before.until;
  if (longer && shorter) return 'other';
  if (longer) return 'more';
  return shorter ? 'fewer' : 'same';
}
