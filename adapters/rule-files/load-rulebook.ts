import {
  atOnce,
  type CompiledBook,
  compileInSteps,
  type Diagnostic,
  type DiagnosticCode,
  limits,
  type Rulebook,
  type RuleFile,
  type RuleText,
  type Steps,
} from '../../engine/index.ts';
import type { Libraries } from '../../engine/ports.ts';
import { inSlices } from './in-slices.ts';
import { unreadable } from './list-rule-files.ts';
import type { ParsedRuleFile } from './parse-rule-file.ts';
import { ParsedTexts } from './parsed-texts.ts';
import { type RuleFolder, readRuleFiles } from './read-rule-files.ts';

/** A rules folder read and compiled once. */
export interface LoadedRulebook {
  /** Absent when any diagnostic is an error. */
  readonly rulebook?: Rulebook;
  /** Faults of reading first, then those of meaning, each in the order of files and lines. */
  readonly diagnostics: readonly Diagnostic[];
  readonly folder: RuleFolder;
}

/** Findings that rest on what other files define; while one of those cannot be read, they may be wrong. */
const needWholeBook: ReadonlySet<DiagnosticCode> = new Set<DiagnosticCode>([
  'NBR_UNKNOWN_ACTION',
  'NBR_UNKNOWN_GROUP',
  'NBR_UNKNOWN_CHANNEL',
  'NBR_UNKNOWN_PLACEMENT',
  'NBR_UNKNOWN_BUDGET',
  'NBR_UNKNOWN_TRIGGER',
  'NBR_UNKNOWN_FACT',
  'NBR_MISSING_TABLE',
  'NBR_UNKNOWN_CONDITION',
  'NBR_TREATMENT_NOWHERE',
  'NBR_UNUSED',
  'NBR_PLACEMENT_UNFILLED',
  'NBR_PURPOSE_NEVER_GRANTED',
  'NBR_MATCHES_NOTHING',
  'NBR_CAP_NEVER_BINDS',
  'NBR_NO_EFFECT',
  'NBR_NEVER_WORTH_ITS_COST',
  'NBR_TEST_CANNOT_PASS',
]);

/** Reads a folder and compiles what it holds. Never rejects for what the folder holds. */
export async function loadRulebook(options: {
  readonly folder: string;
  readonly libraries: Libraries;
  readonly previous?: RuleFolder | undefined;
  /** The present, for findings that depend on it, such as an action whose time is over. */
  readonly now?: number | undefined;
}): Promise<LoadedRulebook> {
  const folder = await readRuleFiles(options.folder, options.previous);
  return { ...(await compileFolder({ ...options, folder })), folder };
}

/** Compiles what was read of a folder, in slices. */
export function compileFolder({
  folder,
  ...options
}: {
  readonly folder: RuleFolder;
  readonly libraries: Libraries;
  readonly now?: number | undefined;
  /** False: of a valid book nobody wants to know what might be better. */
  readonly isLinted?: boolean;
}): Promise<CompiledBook> {
  return inSlices(compileParsed({ ...options, ...folder }));
}

/**
 * Compiles the texts of a published rulebook, which gives the same book as the folder they were read from. Whoever wrote
 * them was warned then; here only errors are looked for.
 */
export function compileTexts(book: PublishedTexts): CompiledBook {
  return atOnce(parseAndCompile(book));
}

/** As `compileTexts`, for a server, which has others waiting. */
export function compileTextsInSlices(book: PublishedTexts): Promise<CompiledBook> {
  return inSlices(parseAndCompile(book));
}

interface PublishedTexts {
  readonly version: string;
  readonly files: readonly RuleText[];
  readonly libraries: Libraries;
  /** From the books before; by them the files that they share are not parsed again. */
  readonly parsedTexts?: ParsedTexts;
}

function* parseAndCompile(book: PublishedTexts): Steps<CompiledBook> {
  const { parsedTexts = new ParsedTexts() } = book;
  const parsed: ParsedRuleFile[] = [];
  for (const text of book.files) {
    parsed.push(parsedTexts.parse(text));
    yield;
  }
  return yield* compileParsed({
    ...book,
    isLinted: false,
    files: parsed.map(({ file }) => file),
    diagnostics: parsed.flatMap(({ diagnostics }) => diagnostics).slice(0, limits.diagnosticsMax),
  });
}

function* compileParsed(book: {
  readonly files: readonly RuleFile[];
  readonly version: string;
  readonly libraries: Libraries;
  readonly now?: number | undefined;
  readonly isLinted?: boolean;
  /** Of reading and parsing. */
  readonly diagnostics: readonly Diagnostic[];
}): Steps<CompiledBook> {
  const { diagnostics, ...source } = book;
  const compiled = yield* compileSafely(source);
  if (diagnostics.length === 0) return compiled;
  const meaning = compiled.diagnostics.filter(({ code }) => !needWholeBook.has(code));
  return { diagnostics: [...diagnostics, ...meaning] };
}

/** A fault of the compiler must not cost a running server its good book; it is reported like a fault of the files. */
function* compileSafely(source: Parameters<typeof compileInSteps>[0]): Steps<CompiledBook> {
  try {
    return yield* compileInSteps(source);
  } catch (error) {
    const message = `the rulebook could not be compiled because of a fault in nextbest itself: ${String(error)}`;
    return { diagnostics: [unreadable('.', message)] };
  }
}
