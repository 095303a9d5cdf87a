import type { Holdout } from '../model/rulebook.ts';
import type { Drafts } from './drafts.ts';
import { defaulted, object, optional, required, type Values } from './object-shape.ts';
import { name, number, text } from './scalar-shapes.ts';

const fields = {
  name: defaulted(name(), 'universal', 'Name in decisions and reports.'),
  share: required(number({ min: 0, max: 1 }), 'Share of customers held out.'),
  salt: optional(text, 'Draws other customers when it changes.'),
};

export const holdoutShape = object('a holdout', fields);
export type HoldoutFields = Values<typeof fields>;

export function compileHoldout({ holdout }: Drafts): Holdout | undefined {
  if (!holdout.draft) return undefined;
  const { name: given, share, salt } = holdout.draft.value;
  return { name: given, share, salt: salt ?? given };
}
