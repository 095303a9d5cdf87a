import { assert, emptyHistory, type RulebookHistory, type RuleText } from '../../engine/index.ts';
import type { HistoryChange, RulebookArchive, StoredHistory } from '../../engine/ports.ts';

/** The published rulebooks of one tenant in the memory of this process. */
export class MemoryRulebookArchive implements RulebookArchive {
  readonly #texts = new Map<string, readonly RuleText[]>();
  readonly #watchers = new Set<(stored: StoredHistory) => void>();
  #revision = 0;
  /** As JSON: what does not survive JSON does not survive a real archive. */
  #history = JSON.stringify(emptyHistory);

  async read(): Promise<StoredHistory> {
    return this.#stored();
  }

  async replace({ expected, history, added }: HistoryChange) {
    if (expected !== this.#revision) return { kind: 'conflict' } as const;
    if (added !== undefined) this.#texts.set(added.version, added.files);
    const listed = new Set(history.books.map((book) => book.version));
    for (const version of listed) assert(this.#texts.has(version), `rulebook ${version} comes without texts`);
    for (const version of this.#texts.keys()) if (!listed.has(version)) this.#texts.delete(version);
    this.#history = JSON.stringify(history);
    this.#revision += 1;
    for (const onChange of this.#watchers) onChange(this.#stored());
    return { kind: 'replaced', revision: this.#revision } as const;
  }

  async texts(version: string): Promise<readonly RuleText[] | undefined> {
    return this.#texts.get(version);
  }

  async watch(onChange: (stored: StoredHistory) => void): Promise<{ close(): Promise<void> }> {
    this.#watchers.add(onChange);
    if (this.#revision > 0) onChange(this.#stored());
    return { close: async () => void this.#watchers.delete(onChange) };
  }

  #stored(): StoredHistory {
    return { revision: this.#revision, history: JSON.parse(this.#history) as RulebookHistory };
  }
}
