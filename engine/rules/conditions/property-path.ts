import { isInheritedName } from '../names.ts';

/** `$.a.b`, `$.a[0]`, `$['a b'].c`, `a.b`: a chain of own properties. */
export type PropertyPath = readonly string[];

export const propertyPathExpected = 'a chain of properties such as `$.address.city` or `$.items[0]`';

const start = /^(?:\$|[\p{L}\p{N}_-]+)/u;
const step = /^(?:\.([\p{L}\p{N}_-]+)|\[(\d+)\]|\['([\p{L}\p{N}_. -]+)'\]|\["([\p{L}\p{N}_. -]+)"\])/u;

/** The steps of a path; undefined for anything that is not a plain chain (wildcards, filters, slices, parents). */
export function parsePropertyPath(path: string): PropertyPath | undefined {
  const first = start.exec(path)?.[0];
  // json-rules-engine throws on a lone name that every object answers to; behind a `$.` it is a name like any other.
  if (first === undefined || isInheritedName(path)) return undefined;
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
 * further down, only own properties count. A text has its length and characters, but for an empty one, which has none.
 */
export function followPath(value: unknown, path: PropertyPath): unknown {
  if (typeof value !== 'object' || value === null) return value;
  let current: unknown = value;
  for (const key of path) {
    if (!hasMembers(current) || !Object.hasOwn(current, key)) return undefined;
    current = (current as Record<string, unknown>)[key];
  }
  return current;
}

function hasMembers(value: unknown): value is object {
  return typeof value === 'string' ? value !== '' : typeof value === 'object' && value !== null;
}
