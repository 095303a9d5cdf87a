import { type Document, isMap, isScalar, isSeq, visit, type YAMLError } from 'yaml';

/** A bracket or quote that nothing closes, and where it stands. */
export interface Unclosed {
  readonly opening: '[' | '{' | '"' | "'";
  readonly offset: number;
}

/** What the parser says where the file, or the block around it, ends too early; the fault is where it was opened. */
const endedEarly = /^(?:Flow (?:map|sequence) .*end with|Missing closing ["'])/;

/** The innermost one that the first such error speaks of: what comes after it was read in the wrong light. */
export function findUnclosed(document: Document.Parsed, errors: readonly YAMLError[]): Unclosed | undefined {
  const end = errors.find(({ message }) => endedEarly.test(message))?.pos[0];
  let found: Unclosed | undefined;
  visit(document, {
    Node: (_key, node) => {
      const opening = openingOf(node);
      if (opening !== undefined && node.range?.[1] === end) found = { opening, offset: node.range?.[0] ?? 0 };
    },
  });
  return found;
}

function openingOf(node: unknown): Unclosed['opening'] | undefined {
  if (isSeq(node)) return node.flow ? '[' : undefined;
  if (isMap(node)) return node.flow ? '{' : undefined;
  if (!isScalar(node)) return undefined;
  return node.type === 'QUOTE_DOUBLE' ? '"' : node.type === 'QUOTE_SINGLE' ? "'" : undefined;
}
