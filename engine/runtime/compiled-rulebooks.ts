import { CodedError } from '../errors.ts';
import { limits } from '../limits.ts';
import type { Rulebook } from '../model/rulebook.ts';
import type { RuleText } from '../model/rulebook-history.ts';
import type { RulebookArchive } from '../ports.ts';
import type { CompiledBook } from '../rules/compile-rulebook.ts';
import type { Diagnostic } from '../rules/rule-file.ts';

/** A published rulebook that is not valid on this node. */
export interface RefusedRulebook {
  readonly version: string;
  readonly diagnostics: readonly Diagnostic[];
}

/** Neither throws nor rejects for what the texts hold. */
export type CompileTexts = (
  version: string,
  files: readonly RuleText[],
) => CompiledBook | Promise<CompiledBook>;

/** The few books that are ready to be decided by; the others are read from the archive and compiled when they are needed. */
export class CompiledRulebooks {
  readonly #archive: RulebookArchive;
  readonly #compile: CompileTexts;
  /** The latest used last. */
  readonly #books = new Map<string, Rulebook>();

  constructor(parts: { readonly archive: RulebookArchive; readonly compile: CompileTexts }) {
    this.#archive = parts.archive;
    this.#compile = parts.compile;
  }

  get(version: string): Rulebook | undefined {
    return this.#books.get(version);
  }

  /** The longest unused goes first, never the one in use. */
  keep(rulebook: Rulebook, inUse: string | undefined): void {
    this.#books.delete(rulebook.version);
    this.#books.set(rulebook.version, rulebook);
    for (const version of this.#books.keys()) {
      if (this.#books.size <= limits.rulebooksCompiledMax) return;
      if (version !== inUse && version !== rulebook.version) this.#books.delete(version);
    }
  }

  /** Rejects with what the archive rejects with, and with NB_UNKNOWN_RULEBOOK when it has no such texts any more. */
  async load(
    version: string,
  ): Promise<{ readonly rulebook: Rulebook } | { readonly refused: RefusedRulebook }> {
    const ready = this.#books.get(version);
    if (ready !== undefined) return { rulebook: ready };
    const files = await this.#archive.texts(version);
    if (files === undefined) {
      throw new CodedError('NB_UNKNOWN_RULEBOOK', `the texts of rulebook ${version} are not kept any more`);
    }
    const { rulebook, diagnostics } = await this.#compile(version, files);
    return rulebook === undefined ? { refused: { version, diagnostics } } : { rulebook };
  }
}
