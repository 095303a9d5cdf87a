import { CodedError, type Rulebook, type RulebookOperations } from '../../engine/index.ts';

/** Earlier rulebooks that previews ask for. The last one is kept: a batch of previews compiles it once. */
export class PreviewBooks {
  readonly #rulebooks: Pick<RulebookOperations, 'book'>;
  #last: { readonly version: string; readonly book: Promise<Rulebook> } | undefined;

  constructor(rulebooks: Pick<RulebookOperations, 'book'>) {
    this.#rulebooks = rulebooks;
  }

  /** undefined where none is asked for; NB_UNKNOWN_RULEBOOK. */
  async of(version: string | undefined): Promise<Rulebook | undefined> {
    if (version === undefined) return undefined;
    if (this.#last?.version === version) return this.#last.book;
    const book = this.#load(version);
    this.#last = { version, book };
    book.catch(() => {
      if (this.#last?.book === book) this.#last = undefined;
    });
    return book;
  }

  async #load(version: string): Promise<Rulebook> {
    const book = await this.#rulebooks.book(version);
    if (book) return book;
    throw new CodedError(
      'NB_UNKNOWN_RULEBOOK',
      `no rulebook ${version} is kept, or it is not valid on this server; GET /v1/rulebook/history lists those that are`,
    );
  }
}
