import { CodedError } from '../errors.ts';
import { type RollbackRequest, rollBack, rollbackTarget } from '../history/roll-back.ts';
import { type FolderRulebook, type FolderVerdict, isPublished, takeFolder } from '../history/take-folder.ts';
import type { Rulebook } from '../model/rulebook.ts';
import {
  emptyHistory,
  type RulebookHistory,
  type RulebookInForce,
  type RuleText,
} from '../model/rulebook-history.ts';
import type { Clock, HistoryChange, RulebookArchive, StoredHistory, Timing } from '../ports.ts';
import { CompiledRulebooks, type CompileTexts, type RefusedRulebook } from './compiled-rulebooks.ts';
import { queueByKey } from './queue-by-key.ts';

/**
 * The rulebook by which this node decides, and the node's part in saying which one that is.
 *
 * K1. What is in force is what the archive says, on every node. A change is made there first, by compare-and-set, and
 *     only then followed here; a node never puts a book into force for itself alone.
 * K2. The swap is one assignment of a whole, compiled book. Whoever decides reads `current` once and holds on to it, so a
 *     decision never mixes two versions.
 * K3. A book that is not valid here changes nothing here: the last good one goes on deciding, and the operator is told.
 * K4. Later words win: a history older than one already known is not followed, unless the archive itself, asked again,
 *     has nothing later: then it was lost and begun anew.
 */
export interface RulebookOperations {
  /** As this node knows it. */
  history(): RulebookHistory;
  /**
   * Puts an earlier rulebook into force, on every node; resolves once this one decides by it. A version that is in force
   * already is left as it is. NB_UNKNOWN_RULEBOOK, NB_BROKEN_RULEBOOK, NB_CONTENTION, or what the archive rejects with.
   */
  rollBack(request: RollbackRequest): Promise<void>;
  /** A rulebook of the history, in force or not; undefined when it is not kept any more, or not valid on this node. */
  book(version: string): Promise<Rulebook | undefined>;
}

/** A valid rulebook as it stands in this node's folder. */
export interface OfferedRulebook extends FolderRulebook {
  readonly rulebook: Rulebook;
  readonly files: readonly RuleText[];
}

export interface CurrentRulebook {
  readonly rulebook: Rulebook;
  readonly inForce: RulebookInForce;
}

/** What the keeper reports. Calls must not throw. */
export interface RulebookObserver {
  /** From now on this node decides by it. */
  readonly loaded: (book: CurrentRulebook) => void;
  /** In force for everybody else; this node stays with what it has. */
  readonly refused: (book: RefusedRulebook) => void;
  /** What became of the book in the folder. */
  readonly judged: (version: string, verdict: FolderVerdict) => void;
  /** Something the operator should know; the keeper goes on by itself. */
  readonly troubled: (what: string, error: unknown) => void;
}

export interface RulebookKeeperOptions {
  readonly archive: RulebookArchive;
  readonly clock: Clock;
  readonly timing: Timing;
  readonly observer: RulebookObserver;
  readonly compile: CompileTexts;
}

const attemptsMax = 16;
const pause = { firstMs: 100, longestMs: 2_000 };

export class RulebookKeeper implements RulebookOperations {
  readonly #options: RulebookKeeperOptions;
  readonly #stopping = new AbortController();
  readonly #inTurn = queueByKey();
  readonly #compiled: CompiledRulebooks;
  #stored: StoredHistory = { revision: 0, history: emptyHistory };
  #loaded: CurrentRulebook | undefined;
  #refused: RefusedRulebook | undefined;
  #offered: OfferedRulebook | undefined;
  #isStarted = false;
  #offering: Promise<void> | undefined;
  #following: Promise<void> | undefined;
  #doubting: Promise<void> | undefined;
  #watch: { close(): Promise<void> } | undefined;

  constructor(options: RulebookKeeperOptions) {
    this.#options = options;
    this.#compiled = new CompiledRulebooks(options);
  }

  /** The book in force and how it came there, both of one moment; undefined until the first valid one. */
  current(): CurrentRulebook | undefined {
    return this.#loaded;
  }

  /** The book that is in force elsewhere and not valid here. */
  refused(): RefusedRulebook | undefined {
    return this.#refused;
  }

  history(): RulebookHistory {
    return this.#stored.history;
  }

  /** Takes what was offered, loads what is in force and follows it from then on. Rejects with what the archive rejects with. */
  async start(): Promise<void> {
    const { archive } = this.#options;
    this.#stored = await archive.read();
    if (this.#offered !== undefined) await this.#takeOffered(this.#offered);
    const version = this.#stored.history.inForce?.version;
    if (version !== undefined) await this.#load(version);
    this.#isStarted = true;
    this.#follow();
    this.#watch = await archive.watch((stored) => this.#learn(stored));
    this.#publishOffered();
  }

  async close(): Promise<void> {
    this.#stopping.abort();
    await this.#watch?.close();
    await Promise.all([this.#offering, this.#following, this.#doubting]);
  }

  /** The folder holds another valid book. Whether it is put into force is judged by what is known of both. */
  offer(offered: OfferedRulebook): void {
    this.#offered = offered;
    if (this.#isStarted) this.#publishOffered();
  }

  rollBack(request: RollbackRequest): Promise<void> {
    return this.#inTurn('rollback', () => this.#rollBack(request));
  }

  async book(version: string): Promise<Rulebook | undefined> {
    const book = await this.#compiled.load(version).catch((error: unknown) => {
      if (error instanceof CodedError && error.code === 'NB_UNKNOWN_RULEBOOK') return undefined;
      throw error;
    });
    return book && 'rulebook' in book ? book.rulebook : undefined;
  }

  async #rollBack(request: RollbackRequest): Promise<void> {
    const { archive, clock } = this.#options;
    let stored = await archive.read();
    // Settled once: a repetition must not go back one more, to what somebody else has just rolled away from.
    const version = rollbackTarget(stored.history, request.version);
    const book = await this.#compiled.load(version);
    if ('refused' in book) throw broken(book.refused);
    for (let attempt = 1; attempt <= attemptsMax; attempt += 1) {
      const history = rollBack(stored.history, { ...request, version, now: clock.now() });
      const changed = await this.#change(stored, history);
      if (changed !== undefined) {
        this.#keep(book.rulebook);
        return this.#learn(changed);
      }
      await this.#letOthersPass(attempt);
      stored = await archive.read();
    }
    throw contended();
  }

  // -------------------------------------------------------------------------------------------------- the folder

  #publishOffered(): void {
    if (this.#offered === undefined || this.#offering !== undefined) return;
    this.#offering = this.#takeOffers();
  }

  /** Until there is nothing left to take; an archive that is away is asked again. */
  async #takeOffers(): Promise<void> {
    for (let failures = 0; this.#offered !== undefined && !this.#stopping.signal.aborted; ) {
      try {
        await this.#takeOffered(this.#offered);
        failures = 0;
      } catch (error) {
        this.#options.observer.troubled('publishing the rulebook', error);
        await this.#rest(failures);
        failures += 1;
      }
    }
    // In the same breath as the last look at what is offered, so that no offer falls between the two.
    this.#offering = undefined;
  }

  async #takeOffered(offered: OfferedRulebook): Promise<void> {
    const { archive, clock, observer } = this.#options;
    for (let attempt = 1; attempt <= attemptsMax; attempt += 1) {
      const stored = await archive.read();
      const { verdict, history } = takeFolder(stored.history, offered, clock.now());
      if (isPublished(verdict) || verdict === 'in-force') this.#keep(offered.rulebook);
      const changed = await this.#change(stored, history, addedBy(offered, stored.history));
      if (changed === undefined) {
        await this.#letOthersPass(attempt);
        continue;
      }
      if (this.#offered === offered) this.#offered = undefined;
      observer.judged(offered.version, verdict);
      return this.#learn(changed);
    }
    throw contended();
  }

  /** What stands once `history` has taken the place of `from`; undefined when another change came first. */
  async #change(
    from: StoredHistory,
    history: RulebookHistory | undefined,
    texts: Pick<HistoryChange, 'added'> = {},
  ): Promise<StoredHistory | undefined> {
    if (history === undefined) return from;
    const change = { expected: from.revision, history, ...texts };
    const result = await this.#options.archive.replace(change);
    return result.kind === 'replaced' ? { revision: result.revision, history } : undefined;
  }

  // -------------------------------------------------------------------------------------------------- following

  #learn(stored: StoredHistory): void {
    if (stored.revision < this.#stored.revision) {
      this.#doubting = this.#inTurn('doubt', () => this.#doubt());
      return;
    }
    this.#stored = stored;
    this.#follow();
  }

  /** After a word that is older than what is known: a late one, or one of an archive that knows nothing later any more. */
  async #doubt(): Promise<void> {
    for (let failures = 0; !this.#stopping.signal.aborted; failures += 1) {
      const known = this.#stored.revision;
      try {
        const stored = await this.#options.archive.read();
        if (stored.revision >= known) return;
        this.#stored = stored;
        return this.#follow();
      } catch (error) {
        this.#options.observer.troubled('reading the rulebook in force', error);
        await this.#rest(failures);
      }
    }
  }

  /** Swaps at once where the book is ready; otherwise it is fetched and compiled first. */
  #follow(): void {
    const { inForce } = this.#stored.history;
    if (inForce === undefined || !this.#isStarted) return;
    if (this.#refused?.version !== inForce.version) this.#refused = undefined;
    const rulebook = this.#compiled.get(inForce.version);
    if (rulebook !== undefined) this.#swap({ rulebook, inForce });
    else if (this.#refused === undefined) this.#following ??= this.#fetchInForce();
  }

  #swap(next: CurrentRulebook): void {
    const before = this.#loaded;
    this.#loaded = next;
    if (before?.inForce.version === next.inForce.version && before.inForce.since === next.inForce.since)
      return;
    this.#keep(next.rulebook);
    this.#options.observer.loaded(next);
  }

  async #fetchInForce(): Promise<void> {
    for (let failures = 0; !this.#stopping.signal.aborted; ) {
      const version = this.#stored.history.inForce?.version;
      if (version === undefined || this.#compiled.get(version) || this.#refused?.version === version) break;
      try {
        await this.#load(version);
        failures = 0;
      } catch (error) {
        this.#options.observer.troubled(`loading rulebook ${version}`, error);
        await this.#rest(failures);
        failures += 1;
      }
    }
    this.#following = undefined;
    if (!this.#stopping.signal.aborted) this.#follow();
  }

  /** Gets the book in force ready, or tells why it cannot be. */
  async #load(version: string): Promise<void> {
    const book = await this.#compiled.load(version);
    if ('rulebook' in book) return this.#keep(book.rulebook);
    // Where another book came into force meanwhile, nobody needs to know of this one.
    if (this.#stored.history.inForce?.version !== version) return;
    this.#refused = book.refused;
    this.#options.observer.refused(book.refused);
  }

  #keep(rulebook: Rulebook): void {
    this.#compiled.keep(rulebook, this.#loaded?.rulebook.version);
  }

  /** Whoever tries again in step with those that came first would come second again. */
  async #letOthersPass(attempt: number): Promise<void> {
    if (attempt > 2) await this.#options.timing.sleep(attempt, this.#stopping.signal);
  }

  async #rest(failures: number): Promise<void> {
    const ms = Math.min(pause.firstMs * 2 ** failures, pause.longestMs);
    await this.#options.timing.sleep(ms, this.#stopping.signal);
  }
}

/** The texts go along unless a book of the same content is kept already. */
function addedBy({ version, files }: OfferedRulebook, { books }: RulebookHistory) {
  return books.some((book) => book.version === version) ? {} : { added: { version, files } };
}

function contended(): CodedError {
  return new CodedError('NB_CONTENTION', 'the rulebook in force is being changed by others all the time');
}

function broken({ version, diagnostics }: RefusedRulebook): CodedError {
  const first = diagnostics.find(({ severity }) => severity === 'error');
  const where = first === undefined ? '' : `: ${first.file}:${first.line}:${first.column} ${first.message}`;
  return new CodedError('NB_BROKEN_RULEBOOK', `rulebook ${version} is not valid on this server${where}`);
}
