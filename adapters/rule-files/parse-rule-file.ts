import {
  Composer,
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  Lexer,
  LineCounter,
  Parser,
  visit,
  type YAMLError,
} from 'yaml';
import type { Diagnostic, Place, RuleDocument, RuleFile } from '../../engine/index.ts';
import { describeJsonError } from './describe-json-error.ts';
import { describeSyntaxError, describeTooDeep, describeUnclosed } from './describe-syntax-error.ts';
import { findUnclosed } from './find-unclosed.ts';

/**
 * Text -> documents that know where each value stood.
 *
 * Whatever the text holds, the outcome is a value: faults of the content are diagnostics, never exceptions. The
 * nesting is bounded while tokens are read, because the composer recurses, and running out of stack there can end the
 * whole process rather than throw.
 */

/** Open collections at one place. */
const nestingMax = 100;
/** Uses of anchors (`&name`, `*name`) in one document, those inside other anchors counted as often as they unfold. */
const aliasesMax = 50;

export interface ParsedRuleFile {
  /** Without the documents that could not be read. */
  readonly file: RuleFile;
  readonly diagnostics: readonly Diagnostic[];
}

type Fault = Pick<Diagnostic, 'code' | 'line' | 'column' | 'message' | 'hint'>;
type Part = { readonly document: RuleDocument } | { readonly faults: readonly Fault[] };

export function parseRuleFile(path: string, text: string): ParsedRuleFile {
  // A table is read by the overlay that names it, which knows its columns.
  if (path.toLowerCase().endsWith('.csv'))
    return { file: { path, documents: [], table: text }, diagnostics: [] };
  const parts = path.toLowerCase().endsWith('.json') ? parseJson(text) : parseYaml(text);
  const faults = parts.flatMap((part) => ('faults' in part ? part.faults : []));
  return {
    file: { path, documents: parts.flatMap((part) => ('document' in part ? [part.document] : [])) },
    diagnostics: onePerLine(faults).map((fault) => ({
      severity: 'error',
      file: path,
      ...fault,
      message: `${fault.message}.`,
    })),
  };
}

class TooDeep extends Error {
  readonly offset: number;

  constructor(offset: number) {
    super('nested too deeply');
    this.offset = offset;
  }
}

function parseYaml(text: string): readonly Part[] {
  const lines = new LineCounter();
  try {
    return composeAll(text, lines).map((document) => partOf(document, lines));
  } catch (error) {
    if (!(error instanceof TooDeep)) throw error;
    return [{ faults: [describeTooDeep(placeAt(lines, error.offset), nestingMax)] }];
  }
}

function composeAll(text: string, lines: LineCounter): readonly Document.Parsed[] {
  const composer = new Composer({
    version: '1.2',
    schema: 'core',
    customTags: null,
    resolveKnownTags: false,
    merge: false,
    strict: true,
    stringKeys: true,
    uniqueKeys: true,
    intAsBigInt: false,
    prettyErrors: false,
    logLevel: 'silent',
  });
  return [...composer.compose(boundedTokens(text, lines))] as Document.Parsed[];
}

/** What the library's own parser yields, stopped where collections are nested too deeply. */
function* boundedTokens(text: string, lines: LineCounter): ReturnType<Parser['next']> {
  const parser = new Parser(lines.addNewLine);
  lines.addNewLine(0);
  for (const lexeme of new Lexer().lex(text)) {
    yield* parser.next(lexeme);
    if (parser.stack.length > nestingMax) throw new TooDeep(parser.offset);
  }
  yield* parser.end();
}

function partOf(document: Document.Parsed, lines: LineCounter): Part {
  // A warning is an unknown tag or directive: nothing that a rule file may hold either.
  const errors = [...document.errors, ...document.warnings];
  if (errors.length > 0) return { faults: syntaxFaults(document, errors, lines) };
  try {
    const value: unknown = document.toJS({ maxAliasCount: aliasesMax });
    if (isDeeperThan(value, nestingMax))
      return { faults: [describeTooDeep(startOf(document, lines), nestingMax)] };
    return { document: { value, locate: (path, what) => locate(document, lines, path, what) } };
  } catch (error) {
    if (!(error instanceof ReferenceError || error instanceof RangeError)) throw error;
    return { faults: [aliasFault(document, lines, error)] };
  }
}

function syntaxFaults(
  document: Document.Parsed,
  errors: readonly YAMLError[],
  lines: LineCounter,
): readonly Fault[] {
  const unclosed = findUnclosed(document, errors);
  const faults = errors
    .filter(({ pos: [offset] }) => unclosed === undefined || offset < unclosed.offset)
    .map((error) => describeSyntaxError(error, placeAt(lines, error.pos[0])));
  if (unclosed === undefined) return faults;
  return [...faults, describeUnclosed(unclosed.opening, placeAt(lines, unclosed.offset))];
}

/** Anchors may nest collections deeper than the text does, or put one into itself. */
function isDeeperThan(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((member) => isDeeperThan(member, levels - 1));
}

function aliasFault(document: Document.Parsed, lines: LineCounter, error: Error): Fault {
  let place = startOf(document, lines);
  visit(document, {
    Alias: (_key, alias) => {
      if (error.message.startsWith('Unresolved') && alias.resolve(document) !== undefined) return;
      place = placeAt(lines, alias.range?.[0] ?? 0);
      return visit.BREAK;
    },
  });
  const message = error.message.startsWith('Unresolved')
    ? 'found a reference "*name" to something that is not marked with "&name" before it'
    : `found references "*name" that unfold to more than ${aliasesMax} copies`;
  return { code: 'NBR_SYNTAX', ...place, message, hint: 'Write the value out instead of referring to it.' };
}

function parseJson(text: string): readonly Part[] {
  const lines = new LineCounter();
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return [{ faults: [describeJsonError(text, error)] }];
  }
  // YAML contains JSON but for tabs, which it takes for indentation; a space keeps every position.
  try {
    const [document] = composeAll(text.replaceAll('\t', ' '), lines);
    const repeated = document?.errors.find((error) => error.code === 'DUPLICATE_KEY');
    if (repeated) return [{ faults: [describeSyntaxError(repeated, placeAt(lines, repeated.pos[0]))] }];
    return [
      {
        document: {
          value,
          locate: (path, what) =>
            document === undefined ? { line: 1, column: 1 } : locate(document, lines, path, what),
        },
      },
    ];
  } catch (error) {
    if (!(error instanceof TooDeep)) throw error;
    return [{ faults: [describeTooDeep(placeAt(lines, error.offset), nestingMax)] }];
  }
}

function locate(
  document: Document.Parsed,
  lines: LineCounter,
  path: readonly (string | number)[],
  what?: 'key',
): Place {
  let node: unknown = document.contents;
  let offset = rangeStart(node) ?? document.range[0];
  let keyOffset = offset;
  for (const segment of path) {
    const child = childOf(isAlias(node) ? node.resolve(document) : node, segment);
    if (child === undefined) break;
    node = child.node;
    offset = child.offset;
    keyOffset = child.keyOffset;
  }
  return placeAt(lines, what === 'key' ? keyOffset : offset);
}

function childOf(
  node: unknown,
  segment: string | number,
): { readonly node: unknown; readonly offset: number; readonly keyOffset: number } | undefined {
  if (isSeq(node)) {
    const item = node.items[Number(segment)];
    const offset = rangeStart(item);
    return offset === undefined ? undefined : { node: item, offset, keyOffset: offset };
  }
  if (!isMap(node)) return undefined;
  const pair = node.items.find(({ key }) => (isScalar(key) ? String(key.value) : key) === String(segment));
  const keyOffset = rangeStart(pair?.key);
  const offset = rangeStart(pair?.value) ?? keyOffset;
  return offset === undefined ? undefined : { node: pair?.value, offset, keyOffset: keyOffset ?? offset };
}

function rangeStart(node: unknown): number | undefined {
  return isScalar(node) || isMap(node) || isSeq(node) || isAlias(node) ? node.range?.[0] : undefined;
}

function startOf(document: Document.Parsed, lines: LineCounter): Place {
  return placeAt(lines, rangeStart(document.contents) ?? document.range[0]);
}

function placeAt(lines: LineCounter, offset: number): Place {
  const { line, col } = lines.linePos(offset);
  return { line: Math.max(line, 1), column: Math.max(col, 1) };
}

/** One slip often breaks several grammar rules at once; the first of a line says enough. */
function onePerLine(faults: readonly Fault[]): readonly Fault[] {
  const lines = new Set<number>();
  return faults.filter(({ line }) => !lines.has(line) && lines.add(line));
}
