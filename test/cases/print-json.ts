const widthMax = 110;

/** JSON that a person can read: what fits into a line stands in one. */
export function printJson(value: unknown, indent = '', before = 0): string {
  const flat = flatJson(value);
  if (value === null || typeof value !== 'object' || indent.length + before + flat.length + 1 <= widthMax)
    return flat;
  const inner = `${indent}  `;
  const [open, close, members] = Array.isArray(value)
    ? ['[', ']', value.map((member) => printJson(member, inner))]
    : ['{', '}', membersOf(value).map(([name, member]) => printMember(name, member, inner))];
  return `${open}\n${members.map((member) => `${inner}${member}`).join(',\n')}\n${indent}${close}`;
}

function printMember(name: string, value: unknown, indent: string): string {
  const head = `${JSON.stringify(name)}: `;
  return `${head}${printJson(value, indent, head.length)}`;
}

function flatJson(value: unknown): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(flatJson).join(', ')}]`;
  const members = membersOf(value).map(([name, member]) => `${JSON.stringify(name)}: ${flatJson(member)}`);
  return members.length === 0 ? '{}' : `{ ${members.join(', ')} }`;
}

function membersOf(value: object): readonly (readonly [string, unknown])[] {
  return Object.entries(value).filter(([, member]) => member !== undefined);
}
