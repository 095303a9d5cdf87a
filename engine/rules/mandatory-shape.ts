import type { Mandatory } from '../model/contact-policy.ts';
import type { BookContext } from './book-context.ts';
import { list } from './collection-shapes.ts';
import { yes } from './conditions/time-literals.ts';
import type { Cursor } from './cursor.ts';
import { object, required } from './object-shape.ts';
import { oneOf, text } from './scalar-shapes.ts';
import { isMap, type Shape } from './shape.ts';

type Written = true | { readonly overrides: 'all' | readonly string[] };

const all = oneOf(['all']);
const policies = list(text, { min: 1 });

const overrides: Shape<'all' | readonly string[]> = {
  expected: '`all`, or a list of contact policies',
  schema: { anyOf: [all.schema, policies.schema] },
  read: (value, at) => (Array.isArray(value) ? policies.read(value, at) : all.read(value, at)),
};

const settings = object('what is mandatory', {
  overrides: required(overrides, 'Contact policies that it passes over.'),
});

/** An action that goes before all others. */
export const mandatoryShape: Shape<Written> = {
  expected: '`true`, or a map with `overrides`',
  schema: { anyOf: [yes.schema, settings.schema] },
  read: (value, at) => (isMap(value) ? settings.read(value, at) : yes.read(value, at)),
};

/** What a mandatory action passes over: the policies that it names, or all. */
export function compileMandatory(
  written: Written | undefined,
  at: Cursor,
  { names }: BookContext,
): Mandatory | undefined {
  if (written === undefined) return undefined;
  if (written === true) return { overrides: [] };
  if (written.overrides !== 'all') names.checkAll('policy', written.overrides, at.at('overrides'));
  return { overrides: written.overrides };
}
