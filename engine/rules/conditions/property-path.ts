/** `$.a.b`, `$.a[0]`, `$['a b'].c`, `a.b`: a chain of own properties. */
export type PropertyPath = readonly string[];

export const propertyPathExpected = 'a chain of properties such as `$.address.city` or `$.items[0]`';

const start = /^(?:\$|[\p{L}\p{N}_-]+)/u;
const step = /^(?:\.([\p{L}\p{N}_-]+)|\[(\d+)\]|\['([\p{L}\p{N}_. -]+)'\]|\["([\p{L}\p{N}_. -]+)"\])/u;

/** The steps of a path; undefined for anything that is not a plain chain (wildcards, filters, slices, parents). */
export function parsePropertyPath(path: string): PropertyPath | undefined {
  const first = start.exec(path)?.[0];
  if (first === undefined) return undefined;
  const steps = first === '$' ? [] : [first];
  let rest = path.slice(first.length);
  while (rest !== '') {
    const match = step.exec(rest);
    const key = match?.[1] ?? match?.[2] ?? match?.[3] ?? match?.[4];
    if (!match || key === undefined) return undefined;
    steps.push(key);
    rest = rest.slice(match[0].length);
  }
  return steps;
}

/**
 * Follows a path the way json-rules-engine does: a value that is no object answers for itself, whatever the path;
 * further down, only own properties count, those of a text (its length and characters) included.
 */
export function followPath(value: unknown, path: PropertyPath): unknown {
  if (typeof value !== 'object' || value === null) return value;
  let current: unknown = value;
  for (const key of path) {
    const hasMembers = (typeof current === 'object' && current !== null) || typeof current === 'string';
    if (!hasMembers || !Object.hasOwn(current as object, key)) return undefined;
    current = (current as Record<string, unknown>)[key];
  }
  return current;
}
