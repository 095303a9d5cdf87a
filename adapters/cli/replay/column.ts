/**
 * Splits a column path at its dots: `value.amount`; a segment in double quotes may hold dots (`value."offer.id"`).
 * Undefined when a quote stays open or a segment is empty.
 */
export function parseColumnPath(text: string): readonly string[] | undefined {
  const path: string[] = [];
  let rest = text;
  for (;;) {
    const found = /^(?:"([^"]+)"|([^".]+))(\.|$)/.exec(rest);
    if (found === null) return undefined;
    path.push(found[1] ?? found[2] ?? '');
    rest = rest.slice(found[0].length);
    if (found[3] === '') return path;
    if (rest === '') return undefined;
  }
}

/** The text of a cell: numbers and booleans as JSON writes them, null and absent as nothing. */
export function cellText(cell: unknown): string {
  if (typeof cell === 'string') return cell.trim();
  if (typeof cell === 'number' || typeof cell === 'boolean') return String(cell);
  return '';
}

export function isEmptyCell(cell: unknown): boolean {
  return cell === undefined || cell === null || (typeof cell === 'string' && cell.trim() === '');
}
