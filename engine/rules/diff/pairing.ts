/** Two definitions that are the same thing in two books. */
export interface Pair<T> {
  /** In the new book. */
  readonly name: string;
  /** In the old book. */
  readonly from: string;
  readonly before: T;
  readonly after: T;
}

export interface Pairing<T> {
  readonly pairs: readonly Pair<T>[];
  readonly added: ReadonlyMap<string, T>;
  readonly removed: ReadonlyMap<string, T>;
  /** New names by old ones, of what was renamed. */
  readonly renames: ReadonlyMap<string, string>;
}

/** What a definition says, without its name; equal for definitions that say the same. */
export interface ContentKeys<T> {
  readonly before: (definition: T) => string;
  readonly after: (definition: T) => string;
}

/** Pairs by name; what is left is paired by content, because a name that changed makes a thing no other. */
export function pairUp<T>(
  before: ReadonlyMap<string, T>,
  after: ReadonlyMap<string, T>,
  keys: ContentKeys<T>,
): Pairing<T> {
  const added = new Map([...after].filter(([name]) => !before.has(name)));
  const removed = new Map([...before].filter(([name]) => !after.has(name)));
  const renames = renamesOf(removed, added, keys);
  for (const [from, name] of renames) {
    removed.delete(from);
    added.delete(name);
  }
  const pairs: Pair<T>[] = [];
  for (const [from, definition] of before) {
    const name = renames.get(from) ?? from;
    const other = after.get(name);
    if (other !== undefined) pairs.push({ name, from, before: definition, after: other });
  }
  return { pairs, added, removed, renames };
}

/** Each by the first of the new ones with the same content that is not taken yet. */
function renamesOf<T>(
  removed: ReadonlyMap<string, T>,
  added: ReadonlyMap<string, T>,
  keys: ContentKeys<T>,
): ReadonlyMap<string, string> {
  const renames = new Map<string, string>();
  if (removed.size === 0 || added.size === 0) return renames;
  const free = new Map<string, string[]>();
  for (const [name, definition] of added) {
    const content = keys.after(definition);
    free.set(content, [...(free.get(content) ?? []), name]);
  }
  for (const [from, definition] of removed) {
    const name = free.get(keys.before(definition))?.shift();
    if (name !== undefined) renames.set(from, name);
  }
  return renames;
}

/** Old names as the new book has them. */
export function renamed(names: readonly string[], renames: ReadonlyMap<string, string>): readonly string[] {
  return names.map((name) => renames.get(name) ?? name);
}
