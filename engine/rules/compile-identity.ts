import { limits } from '../limits.ts';
import { type CustomerKey, identifierKey, kindOfId, presentedId } from '../model/ids.ts';
import type { Identifier, IdentityRules } from '../model/rulebook.ts';
import type { Libraries } from '../ports.ts';
import { blockTest, plain } from './blocked-ids.ts';
import type { BookContext } from './book-context.ts';
import { list, mapOf, oneOrMany } from './collection-shapes.ts';
import type { Cursor } from './cursor.ts';
import { readEventPath } from './event-path.ts';
import { subjectNamePattern } from './names.ts';
import { defaulted, object, required, type Values } from './object-shape.ts';
import { flag, inWords, number, text } from './scalar-shapes.ts';

const identifierFields = {
  from: required(oneOrMany(text), 'Where events carry it, such as `traits.email`.'),
  hash: defaulted(flag, false, 'Keep and compare it as a hash, so that the value itself is stored nowhere.'),
};
type IdentifierFields = Values<typeof identifierFields>;

const fields = {
  identifiers: defaulted(
    mapOf(subjectNamePattern, object('an identifier', identifierFields)),
    {},
    'Values by which customers are recognised again: an e-mail address, a card.',
  ),
  limits: defaulted(
    mapOf(subjectNamePattern, number({ min: 1, max: limits.sourcesPerCustomerMax, whole: true })),
    {},
    'How many ids of a kind one customer may have: of `user`, `anonymous`, or an identifier.',
  ),
  block: defaulted(
    list(text),
    [],
    'Ids and values that many people share; they merge nobody. `*` stands for any text.',
  ),
};

export const identityShape = object('the rules of identity', fields);
export type IdentityFields = Values<typeof fields>;

/** What the kinds of ids are called that every deployment has. */
const ownKinds = ['user', 'anonymous'];

/** One person behind every user id, the visitors' ids of many devices and browsers, a few of every other kind. */
export const limitDefaults = { user: 1, anonymous: 40, identifier: 10 } as const;

export function compileIdentity({ drafts, libraries }: BookContext): IdentityRules {
  const draft = drafts.identity.draft;
  const { identifiers: written, limits: own, block } = draft?.value ?? noRules;
  const isShared = blockTest(block);
  const names = Object.keys(written);
  if (draft) checkKinds(names, Object.keys(own), draft.at);
  const identifiers = names.map((name) => {
    const at = draft?.at.at('identifiers', name) as Cursor;
    return compileIdentifier(name, written[name] as IdentifierFields, { at, libraries, isShared });
  });
  return {
    identifiers,
    limits: { ...defaultsFor(names), ...own },
    block,
    isBlocked: (key) => (kindOfId(key) === 'user' || key.startsWith('a:')) && isShared(presentedId(key)),
  };
}

const noRules: IdentityFields = { identifiers: {}, limits: {}, block: [] };

function defaultsFor(names: readonly string[]): Readonly<Record<string, number>> {
  const { user, anonymous, identifier } = limitDefaults;
  return { user, anonymous, ...Object.fromEntries(names.map((name) => [name, identifier])) };
}

function checkKinds(names: readonly string[], limited: readonly string[], at: Cursor): void {
  for (const name of names) {
    if (!ownKinds.includes(name)) continue;
    const place = at.at('identifiers', name);
    const expected = 'expected a name of its own';
    place.error(
      'NBR_BAD_NAME',
      `${place.label}: ${expected}, found "${name}", which names the channels' own ids.`,
    );
  }
  const known = [...ownKinds, ...names];
  for (const kind of limited) {
    if (known.includes(kind)) continue;
    const place = at.at('limits', kind);
    place.error(
      'NBR_UNKNOWN_IDENTIFIER',
      `${place.label}: found a limit on \`${kind}\`, expected one on ${inWords(known)}.`,
      'Declare the identifier under `identifiers`, or correct its name.',
    );
  }
}

function compileIdentifier(
  name: string,
  { from, hash }: IdentifierFields,
  by: {
    readonly at: Cursor;
    readonly libraries: Libraries;
    readonly isShared: (value: string) => boolean;
  },
): Identifier {
  const paths = from.flatMap((written, index) => {
    const path = readEventPath(written, from.length > 1 ? by.at.at('from', index) : by.at.at('from'));
    return path === undefined ? [] : [path];
  });
  return { name, from: paths, hash, keyOf: (value) => keyOf(value, { name, hash }, by) };
}

/** Numbers are taken as they are written; what is no text, too long for an id, or shared by many identifies nobody. */
function keyOf(
  value: unknown,
  { name, hash }: Pick<Identifier, 'name' | 'hash'>,
  { libraries, isShared }: { readonly libraries: Libraries; readonly isShared: (value: string) => boolean },
): CustomerKey | undefined {
  if (typeof value !== 'string' && typeof value !== 'number') return undefined;
  const written = String(value).trim();
  if (written.length > limits.idLengthMax || isShared(written)) return undefined;
  if (!hash) return identifierKey(name, written);
  const isHashed = /^[0-9a-f]{64}$/i.test(written);
  return identifierKey(name, isHashed ? plain(written) : libraries.sha256(plain(written)));
}
