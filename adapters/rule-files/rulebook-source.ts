import { setTimeout as sleep } from 'node:timers/promises';
import type { CompiledBook, Diagnostic, Rulebook, RuleText } from '../../engine/index.ts';
import type { Libraries } from '../../engine/ports.ts';
import { listRuleFiles } from './list-rule-files.ts';
import { compileFolder, type LoadedRulebook } from './load-rulebook.ts';
import { type RuleFolder, readRuleFiles, signatureOfListing } from './read-rule-files.ts';

/**
 * The rulebook of a folder, kept up to date while the folder is edited. Whether it is put into force is for others to say.
 *
 * 1. A book is handed on as a whole or not at all; one with errors never replaces a good one.
 * 2. What is loaded was all there at one moment: a reading during which the folder changed is thrown away.
 * 3. Changes are found by looking, not by file-system events, which network mounts do not send and which editors that
 *    save by renaming break.
 */
export interface RulebookSource {
  /** The last valid book; undefined until the first one. */
  current(): Rulebook | undefined;
  /** What is wrong with the folder as it stands now; undefined when it is valid. */
  lastRejection(): readonly Diagnostic[] | undefined;
  /** Stops watching; nothing is called back afterwards. */
  close(): Promise<void>;
}

export interface RulebookSourceOptions {
  readonly folder: string;
  readonly libraries: Libraries;
  /** A valid book of another version than the last valid one. */
  readonly onRulebook: (rulebook: Rulebook, files: readonly RuleText[]) => void;
  /** The folder changed and is not valid. */
  readonly onRejected: (diagnostics: readonly Diagnostic[]) => void;
  /** Time between two looks at the folder while nothing happens; 250 when absent. */
  readonly pollMs?: number;
}

/** For this many pauses after a change, the next one is looked for as many times as often: somebody is at work. */
const busyPauses = 10;
/** A change is loaded once the folder has stood still for this share of a pause. */
const stillShare = 1 / 5;

/** A folder that takes long to look at is looked at less often: this many times as long is spent idle ... */
const idleShare = 4;
/** ... but never more than this many times the usual pause, so that one slow look does not delay the next change. */
const pauseFactorMax = 2;
/** Readings of a folder that does not stand still, before the next look decides. */
const attemptsMax = 3;

/** Loads the folder and resolves with the outcome known: `current()` or `lastRejection()` is there. */
export async function openRulebookSource(options: RulebookSourceOptions): Promise<RulebookSource> {
  const watch = new FolderWatch(options);
  await watch.load();
  const watching = watch.run();
  return {
    current: () => watch.rulebook,
    lastRejection: () => watch.rejection,
    close: async () => {
      watch.stop();
      await watching;
    },
  };
}

class FolderWatch {
  rulebook: Rulebook | undefined;
  rejection: readonly Diagnostic[] | undefined;
  readonly #options: RulebookSourceOptions;
  readonly #stopping = new AbortController();
  /** The last reading, whatever came of it. */
  #loaded: LoadedRulebook | undefined;

  constructor(options: RulebookSourceOptions) {
    this.#options = options;
  }

  stop(): void {
    this.#stopping.abort();
  }

  /** Returns once stopped. */
  async run(): Promise<void> {
    let seen = this.#loaded?.folder.signature;
    let changedAt = Number.NEGATIVE_INFINITY;
    let pauseMs = this.#pollMs;
    while (await this.#pause(pauseMs)) {
      const began = performance.now();
      const signature = await this.#look();
      const lookMs = performance.now() - began;
      if (signature !== seen) changedAt = began;
      seen = signature;
      const stillMs = began - changedAt;
      const isSettled = stillMs >= this.#pollMs * stillShare;
      if (isSettled && signature !== this.#loaded?.folder.signature) await this.load();
      pauseMs = this.#pauseAfter(lookMs, stillMs);
    }
  }

  #pauseAfter(lookMs: number, stillMs: number): number {
    const isBusy = stillMs < this.#pollMs * busyPauses;
    const usualMs = isBusy ? this.#pollMs / busyPauses : this.#pollMs;
    return Math.min(Math.max(usualMs, lookMs * idleShare), this.#pollMs * pauseFactorMax);
  }

  async load(): Promise<void> {
    for (let attempt = 1; attempt <= attemptsMax && !this.#stopping.signal.aborted; attempt++) {
      const before = await this.#look();
      const folder = await readRuleFiles(this.#options.folder, this.#loaded?.folder);
      const stoodStill = before === folder.signature && before === (await this.#look());
      // The very first call must come to an answer; later ones may leave it to the next look.
      if (stoodStill || (attempt === attemptsMax && this.#loaded === undefined)) {
        return this.#accept({ ...(await this.#compile(folder)), folder });
      }
    }
  }

  async #look(): Promise<string> {
    return signatureOfListing(await listRuleFiles(this.#options.folder));
  }

  /** Warnings are for whoever looks at a folder that is not valid; of a valid one nobody reads them here. */
  async #compile(folder: RuleFolder): Promise<CompiledBook> {
    const { libraries } = this.#options;
    const compiled = await compileFolder({ folder, libraries, isLinted: false });
    return compiled.rulebook ? compiled : compileFolder({ folder, libraries });
  }

  #accept(loaded: LoadedRulebook): void {
    const last = this.#loaded;
    this.#loaded = loaded;
    if (this.#stopping.signal.aborted) return;
    if (loaded.rulebook === undefined) {
      this.rejection = loaded.diagnostics;
      if (!isSameRejection(last, loaded)) this.#options.onRejected(loaded.diagnostics);
      return;
    }
    this.rejection = undefined;
    if (loaded.rulebook.version === this.rulebook?.version) return;
    this.rulebook = loaded.rulebook;
    const files = [...loaded.folder.texts].map(([path, text]) => ({ path, text }));
    this.#options.onRulebook(loaded.rulebook, files);
  }

  /** False once stopped. */
  async #pause(ms: number): Promise<boolean> {
    const { signal } = this.#stopping;
    try {
      await sleep(ms, undefined, { signal });
    } catch {
      // The only way for a pause to fail is to be cut short by stop().
    }
    return !signal.aborted;
  }

  get #pollMs(): number {
    return this.#options.pollMs ?? 250;
  }
}

/** A file that was merely touched is not worth a second message. */
function isSameRejection(last: LoadedRulebook | undefined, next: LoadedRulebook): boolean {
  return (
    last !== undefined &&
    last.rulebook === undefined &&
    JSON.stringify(last.diagnostics) === JSON.stringify(next.diagnostics) &&
    last.folder.version === next.folder.version
  );
}
