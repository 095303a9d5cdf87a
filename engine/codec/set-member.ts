/** Gives an object a member of its own, whatever its name: a plain assignment to `__proto__` would not. */
export function setMember<Value>(members: Record<string, Value>, name: string, value: Value): void {
  if (name !== '__proto__') members[name] = value;
  else Object.defineProperty(members, name, { value, writable: true, enumerable: true, configurable: true });
}
