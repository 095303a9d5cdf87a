import { canonicalJson, isJsonObject, type Json } from '../../model/json.ts';
import type { FieldChange } from './change.ts';

/** A content that was rewritten altogether is told by its first differences. */
const changesMax = 20;

/** The innermost fields in which two values differ. */
export function jsonChanges(
  before: Json | undefined,
  after: Json | undefined,
  field: string,
): readonly FieldChange[] {
  return [...differences(before, after, field)].slice(0, changesMax);
}

function* differences(
  before: Json | undefined,
  after: Json | undefined,
  field: string,
): Generator<FieldChange> {
  if (canonicalJson(before) === canonicalJson(after) && (before === undefined) === (after === undefined))
    return;
  const inside = membersOf(before, after);
  if (!inside) {
    yield fieldChange(field, before, after);
    return;
  }
  for (const [name, one, other] of inside) yield* differences(one, other, `${field}.${name}`);
}

type Member = readonly [name: string, before: Json | undefined, after: Json | undefined];

/** Two maps, or two lists of one length, differ in their members; anything else differs as a whole. */
function membersOf(before: Json | undefined, after: Json | undefined): readonly Member[] | undefined {
  if (isJsonObject(before) && isJsonObject(after)) {
    const names = new Set([...Object.keys(before), ...Object.keys(after)]);
    return [...names].map((name) => [name, before[name], after[name]]);
  }
  if (isList(before) && isList(after) && before.length === after.length) {
    return before.map((entry, index) => [`${index}`, entry, after[index]]);
  }
  return undefined;
}

function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

/** Without members for what is absent: `undefined` is no JSON. */
export function fieldChange(
  field: string,
  before: Json | undefined,
  after: Json | undefined,
  form: FieldChange['form'] = 'plain',
): FieldChange {
  return {
    field,
    ...(before === undefined ? {} : { before }),
    ...(after === undefined ? {} : { after }),
    form,
  };
}

/** A field in which two definitions differ, or none. */
export function plainChange(
  field: string,
  before: Json | undefined,
  after: Json | undefined,
  form: FieldChange['form'] = 'plain',
): readonly FieldChange[] {
  const same =
    (before === undefined) === (after === undefined) && canonicalJson(before) === canonicalJson(after);
  return same ? [] : [fieldChange(field, before, after, form)];
}

/** The same for a list whose order means nothing. */
export function setChange(
  field: string,
  before: readonly string[],
  after: readonly string[],
  form: 'plain' | 'filter' = 'plain',
): readonly FieldChange[] {
  return plainChange(field, [...new Set(before)].sort(), [...new Set(after)].sort(), form);
}
