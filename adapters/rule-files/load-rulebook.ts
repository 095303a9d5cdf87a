import {
  type CompiledBook,
  compileRulebook,
  type Diagnostic,
  type DiagnosticCode,
  type Rulebook,
} from '../../engine/index.ts';
import type { Libraries } from '../../engine/ports.ts';
import { unreadable } from './list-rule-files.ts';
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
  'NBR_UNKNOWN_FACT',
  'NBR_UNKNOWN_CONDITION',
  'NBR_TREATMENT_NOWHERE',
]);

/** Reads a folder and compiles what it holds. Never rejects for what the folder holds. */
export async function loadRulebook(options: {
  readonly folder: string;
  readonly libraries: Libraries;
  readonly previous?: RuleFolder | undefined;
}): Promise<LoadedRulebook> {
  const folder = await readRuleFiles(options.folder, options.previous);
  const compiled = compileSafely({
    files: folder.files,
    version: folder.version,
    libraries: options.libraries,
  });
  if (folder.diagnostics.length === 0) return { ...compiled, folder };
  const meaning = compiled.diagnostics.filter(({ code }) => !needWholeBook.has(code));
  return { diagnostics: [...folder.diagnostics, ...meaning], folder };
}

/** A fault of the compiler must not cost a running server its good book; it is reported like a fault of the files. */
function compileSafely(source: Parameters<typeof compileRulebook>[0]): CompiledBook {
  try {
    return compileRulebook(source);
  } catch (error) {
    const message = `the rulebook could not be compiled because of a fault in nextbest itself: ${String(error)}`;
    return { diagnostics: [unreadable('.', message)] };
  }
}
