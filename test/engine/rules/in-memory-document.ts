import { isMap, isNode, isScalar, LineCounter, parseAllDocuments } from 'yaml';
import type { RuleDocument, RuleFile } from '../../../engine/rules/rule-file.ts';

/** A rule file from its YAML text, with the places of its values. */
export function ruleFile(path: string, source: string): RuleFile {
  if (path.endsWith('.csv')) return { path, documents: [], table: source };
  const lines = new LineCounter();
  const documents = parseAllDocuments(source, { lineCounter: lines });
  if (!Array.isArray(documents)) return { path, documents: [] };
  return {
    path,
    documents: documents.map((document): RuleDocument => {
      if (document.errors[0]) throw document.errors[0];
      return {
        value: document.toJS(),
        locate: (keys, what) => {
          let node: unknown = document.contents;
          let offset = isNode(node) ? node.range?.[0] : undefined;
          for (const key of keys) {
            const at: unknown = isMap(node) || isNode(node) ? childOf(node, key) : undefined;
            if (!isNode(at) || !at.range) break;
            offset = what === 'key' ? keyStart(node, key) : at.range[0];
            node = at;
          }
          const { line, col } = lines.linePos(offset ?? 0);
          return { line, column: col };
        },
      };
    }),
  };
}

function childOf(node: unknown, key: string | number): unknown {
  const collection = node as { get?: (key: string | number, keepScalar: boolean) => unknown };
  return collection.get?.(key, true);
}

function keyStart(node: unknown, key: string | number): number | undefined {
  if (!isMap(node)) return undefined;
  const name = node.items.find((pair) => isScalar(pair.key) && pair.key.value === key)?.key;
  return isNode(name) ? name.range?.[0] : undefined;
}

/** A document whose places do not matter. */
export function documentOf(value: unknown): RuleDocument {
  return { value, locate: () => ({ line: 1, column: 1 }) };
}
