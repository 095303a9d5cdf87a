import { type RollbackRequest, rollBack, rollbackTarget } from '../../../../engine/history/roll-back.ts';
import { takeFolder } from '../../../../engine/history/take-folder.ts';
import {
  countRulebook,
  emptyHistory,
  type Rulebook,
  type RulebookHistory,
  type RulebookOperations,
} from '../../../../engine/index.ts';
import type { Clock } from '../../../../engine/ports.ts';
import type { InMemoryApplication } from './in-memory-application.ts';

/** The rulebooks of one node without a folder and without an archive: it keeps the history and every book. */
export class InMemoryRulebooks implements RulebookOperations {
  readonly #application: InMemoryApplication;
  readonly #clock: Clock;
  readonly #books = new Map<string, Rulebook>();
  #history: RulebookHistory = emptyHistory;

  constructor(application: InMemoryApplication, clock: Clock) {
    this.#application = application;
    this.#clock = clock;
  }

  publish(rulebook: Rulebook, author: string): void {
    const { version } = rulebook;
    const folder = { origin: 'here', version, author, counts: countRulebook(rulebook) };
    this.#books.set(version, rulebook);
    this.#moveTo(takeFolder(this.#history, folder, this.#clock.now()).history);
  }

  history(): RulebookHistory {
    return this.#history;
  }

  inForce(): Pick<RulebookHistory, 'inForce'> {
    const { inForce } = this.#history;
    return inForce === undefined ? {} : { inForce };
  }

  async rollBack(request: RollbackRequest): Promise<void> {
    const version = rollbackTarget(this.#history, request.version);
    this.#moveTo(rollBack(this.#history, { ...request, version, now: this.#clock.now() }));
  }

  async book(version: string): Promise<Rulebook | undefined> {
    return this.#books.get(version);
  }

  #moveTo(history: RulebookHistory | undefined): void {
    if (history === undefined) return;
    this.#history = history;
    this.#application.setRulebook(this.#books.get(history.inForce?.version ?? ''));
  }
}
