/**
 * Where two values differ first, as a path such as `own.features.orders`; undefined where they do not. Nothing but names
 * of members is told: the values are somebody's own.
 */
export function firstDifference(one: unknown, other: unknown, path = ''): string | undefined {
  if (Object.is(one, other)) return undefined;
  if (!isComposite(one) || !isComposite(other) || Array.isArray(one) !== Array.isArray(other)) {
    return path === '' ? '(whole)' : path;
  }
  const names = new Set([...Object.keys(one), ...Object.keys(other)]);
  for (const name of [...names].sort()) {
    const found = firstDifference(one[name], other[name], path === '' ? name : `${path}.${name}`);
    if (found !== undefined) return found;
  }
  return undefined;
}

function isComposite(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
