import type { RuleText } from '../../engine/index.ts';
import { type ParsedRuleFile, parseRuleFile } from './parse-rule-file.ts';

/** What is kept takes about twenty times as much memory as its text. */
const keptCharactersMax = 2_000_000;

/**
 * Rule files that were parsed lately. Successive rulebooks have most of their files in common, and parsing costs several
 * times as much as the rest of making a rulebook out of them.
 */
export class ParsedTexts {
  readonly #keptCharactersMax: number;
  /** By path and text; the latest used last. */
  readonly #files = new Map<string, ParsedRuleFile>();
  #keptCharacters = 0;

  constructor(options: { readonly keptCharactersMax?: number } = {}) {
    this.#keptCharactersMax = options.keptCharactersMax ?? keptCharactersMax;
  }

  parse({ path, text }: RuleText): ParsedRuleFile {
    const key = `${path}\n${text}`;
    const kept = this.#files.get(key);
    const parsed = kept ?? parseRuleFile(path, text);
    if (kept !== undefined) this.#files.delete(key);
    else this.#keptCharacters += key.length;
    this.#files.set(key, parsed);
    this.#forget();
    return parsed;
  }

  /** The longest unused go first. */
  #forget(): void {
    for (const key of this.#files.keys()) {
      if (this.#keptCharacters <= this.#keptCharactersMax) return;
      this.#files.delete(key);
      this.#keptCharacters -= key.length;
    }
  }
}
