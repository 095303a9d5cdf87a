import type { IdentityRules } from '../../model/rulebook.ts';
import type { Change, FieldChange } from './change.ts';
import type { Comparison } from './comparison.ts';
import { plainChange, setChange } from './json-changes.ts';
import { fieldsChanged } from './make-change.ts';

/** By what customers are recognised again. Whose contacts count together follows from it, so nobody can tell the reach. */
export function diffIdentity(comparison: Comparison): readonly Change[] {
  const [before, after] = [comparison.before.identity, comparison.after.identity];
  const fields = [
    ...identifierFields(before, after),
    ...limitFields(before, after),
    ...setChange('block', before.block, after.block),
  ];
  return fieldsChanged(
    comparison,
    { of: 'setting', name: 'identity', topic: 'contacts', reach: 'other' },
    fields,
  );
}

function identifierFields(before: IdentityRules, after: IdentityRules): readonly FieldChange[] {
  const names = new Set([...before.identifiers, ...after.identifiers].map(({ name }) => name));
  return [...names].flatMap((name) => {
    const [was, is] = [placesOf(before, name), placesOf(after, name)];
    const field = `identifiers.${name}`;
    return was && is
      ? [...setChange(`${field}.from`, was.from, is.from), ...plainChange(`${field}.hash`, was.hash, is.hash)]
      : plainChange(field, was, is);
  });
}

function placesOf({ identifiers }: IdentityRules, name: string) {
  const found = identifiers.find((identifier) => identifier.name === name);
  return found && { from: found.from.map((path) => path.join('.')), hash: found.hash };
}

function limitFields(before: IdentityRules, after: IdentityRules): readonly FieldChange[] {
  const kinds = Object.keys(after.limits).filter((kind) => Object.hasOwn(before.limits, kind));
  return kinds.flatMap((kind) => plainChange(`limits.${kind}`, before.limits[kind], after.limits[kind]));
}
