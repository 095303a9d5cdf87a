import { limits } from '../../limits.ts';

/** Whether two values of facts are the same data. Beyond the depth that data may have, they are not. */
export function isSameJson(one: unknown, other: unknown, depth = 0): boolean {
  if (one === other || depth > limits.jsonDepthMax) return one === other;
  if (!isObject(one) || !isObject(other) || Array.isArray(one) !== Array.isArray(other)) return false;
  const keys = Object.keys(one);
  return (
    keys.length === Object.keys(other).length &&
    keys.every((key) => Object.hasOwn(other, key) && isSameJson(one[key], other[key], depth + 1))
  );
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
