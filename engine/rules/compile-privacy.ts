import type { PrivacyRules } from '../model/rulebook.ts';
import type { BookContext } from './book-context.ts';
import { list } from './collection-shapes.ts';
import type { Cursor } from './cursor.ts';
import type { Drafts } from './drafts.ts';
import { isUnsafeKey } from './names.ts';
import { didYouMean } from './nearest-name.ts';
import { object, required, type Values } from './object-shape.ts';
import { text } from './scalar-shapes.ts';

const fields = {
  personal: required(
    list(text),
    'Places that hold personal data, such as `traits.email` or `properties.phone`; they never leave in decision streams.',
  ),
};

export const privacyShape = object('privacy', fields);
export type PrivacyFields = Values<typeof fields>;

/** Where a place may begin. */
const roots = ['traits', 'context', 'properties'] as const;

export function compilePrivacy({ drafts }: BookContext): PrivacyRules {
  const { draft } = drafts.privacy;
  for (const [index, place] of (draft?.value.personal ?? []).entries()) {
    if (!isPlace(place.split('.'))) reportPlace(place, draft?.at.at('personal', index));
  }
  const personal = personalPlaces(drafts);
  reportPlainIdentifiers(drafts, personal);
  return { personal };
}

/** Ids go wherever decisions go: a value that must not leave may be one only as its hash. */
function reportPlainIdentifiers({ identity }: Drafts, personal: PrivacyRules['personal']): void {
  for (const [name, { from, hash }] of Object.entries(identity.draft?.value.identifiers ?? {})) {
    const place = hash ? undefined : from.find((written) => isWithin(written.split('.'), personal));
    if (place === undefined) continue;
    const at = identity.draft?.at.at('identifiers', name);
    at?.error(
      'NBR_PERSONAL_IDENTIFIER',
      `${at.label}: expected \`hash: true\` for an identifier from a personal place, found \`${place}\` without it.`,
      'Ids stand in decision streams and in logs of requests; a hash tells nobody the value.',
    );
  }
}

/** Whether what stands at a place holds personal data, or is a part of such. */
export function isWithin(place: readonly string[], held: PrivacyRules['personal']): boolean {
  return held.some((other) => overlap(place, other));
}

/** One of them holds the other. */
function overlap(one: readonly string[], other: readonly string[]): boolean {
  const length = Math.min(one.length, other.length);
  return one.slice(0, length).every((key, index) => key === other[index]);
}

/** The sound ones; contents are compiled by them before the section itself is judged. */
export function personalPlaces({ privacy }: Drafts): PrivacyRules['personal'] {
  const places = privacy.draft?.value.personal ?? [];
  return [...new Set(places)].map((place) => place.split('.')).filter(isPlace);
}

function isPlace([root, ...rest]: readonly string[]): boolean {
  const isKnown = roots.some((known) => known === root);
  return isKnown && rest.length > 0 && !rest.some((key) => key === '' || isUnsafeKey(key));
}

function reportPlace(found: string, at: Cursor | undefined): void {
  const [root = '', ...rest] = found.split('.');
  const bare = root === 'event' ? rest.join('.') : undefined;
  at?.error(
    'NBR_BAD_PATH',
    `${at.label}: expected a place below \`traits\`, \`context\` or \`properties\` such as \`traits.email\`, found "${found}".`,
    bare === undefined ? didYouMean(root, roots) : `Leave out \`event.\`: \`${bare}\`.`,
  );
}
