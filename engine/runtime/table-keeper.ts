import { CodedError } from '../errors.ts';
import { limits } from '../limits.ts';
import type { Partition, Tenant } from '../model/ids.ts';
import { noTableVersions, type TablesMessage, type TableVersions } from '../model/log-message.ts';
import {
  noTables,
  type ReferenceTable,
  readTable,
  type TableHeader,
  type TableRow,
  type TablesInForce,
  writeTable,
} from '../overlays/reference-table.ts';
import type {
  Clock,
  KeptTable,
  StateStore,
  StoredTables,
  TableArchive,
  Timing,
  TouchpointLog,
} from '../ports.ts';
import { decodePartitionDocument, partitionDocumentKey } from './partition-document.ts';

/**
 * The reference tables of a node.
 *
 * O3. Requests see what the archive says is in force, all tables of one moment; every node follows it.
 * O4. Folds see the versions that came through their partition's log, as with propensities, so that reading the log
 *     again folds with the same tables. A version that is no longer kept reads as a table without rows, and the
 *     operator is told: of each table, the last `limits.tableVersionsMax` are kept.
 * O5. Revisions only grow, also over an archive that was lost and begun anew: they are times.
 */
export interface TableKeeperOptions {
  readonly tenant: Tenant;
  readonly partitions: number;
  readonly clock: Clock;
  readonly timing: Timing;
  readonly store: StateStore;
  readonly log: TouchpointLog;
  readonly archive: TableArchive | undefined;
  readonly troubled: (what: string, error: unknown) => void;
}

const attemptsMax = 16;
const nothingStored: StoredTables = { revision: 0, tables: {} };

export class TableKeeper {
  readonly #options: TableKeeperOptions;
  #stored = nothingStored;
  #current: TablesInForce = noTables;
  #revision = 0;
  #isOpen = false;
  #lastLook: Promise<void> = Promise.resolve();
  /** Tables in memory by version; those that are not kept any more leave with the next change. */
  #loaded = new Map<string, Promise<ReferenceTable | undefined>>();
  /** The revision that all partitions were told of. */
  #announced = 0;

  constructor(options: TableKeeperOptions) {
    this.#options = options;
  }

  /** By which requests decide. */
  current(): TablesInForce {
    return this.#current;
  }

  /** What is kept, the one in force first. */
  kept(overlay: string): readonly KeptTable[] {
    return Object.hasOwn(this.#stored.tables, overlay) ? (this.#stored.tables[overlay] ?? []) : [];
  }

  /** Settles once it is known what is in force: whoever decided before would miss all tables. */
  async opened(): Promise<void> {
    if (!this.#isOpen) await this.refresh();
  }

  /** Takes over what is in force. One look at a time, so that none overtakes a later one. */
  refresh(): Promise<void> {
    const look = this.#lastLook.then(() => this.#takeOver());
    this.#lastLook = look.catch(() => undefined);
    return look;
  }

  async #takeOver(): Promise<void> {
    const stored = (await this.#options.archive?.read()) ?? nothingStored;
    if (stored.revision === this.#revision) {
      this.#isOpen = true;
      return;
    }
    const tablesOf = await this.hold([versionsOf(stored)]);
    this.#stored = stored;
    this.#current = tablesOf(versionsOf(stored));
    this.#revision = stored.revision;
    this.#isOpen = true;
    const kept = new Set(Object.values(stored.tables).flatMap((list) => list.map(({ version }) => version)));
    for (const version of this.#loaded.keys()) if (!kept.has(version)) this.#loaded.delete(version);
  }

  /** Fetches what these versions need. What is returned holds on to it, whatever comes into force meanwhile. */
  async hold(wanted: readonly TableVersions[]): Promise<(versions: TableVersions) => TablesInForce> {
    const found = new Map<string, ReferenceTable>();
    for (const version of new Set(wanted.flatMap(({ versions }) => Object.values(versions)))) {
      const table = await this.#load(version);
      if (table) found.set(version, table);
    }
    return ({ versions }) => ({
      table: (overlay) => found.get(Object.hasOwn(versions, overlay) ? (versions[overlay] ?? '') : ''),
    });
  }

  /** Puts a table into force for requests, on every node. Returns it as it is kept. NB_CONTENTION. */
  async replace(
    header: TableHeader & { readonly at: number },
    rows: readonly TableRow[],
  ): Promise<KeptTable & { readonly isNew: boolean }> {
    const { archive, clock } = this.#options;
    if (!archive) throw new CodedError('NB_STORE_UNAVAILABLE', 'this store keeps no tables');
    const { version, chunks } = await this.#inTurns(writeTable(header, rows));
    const { overlay, source, at, expiresAt } = header;
    for (let attempt = 0; attempt < attemptsMax; attempt += 1) {
      const stored = await archive.read();
      const before = stored.tables[overlay] ?? [];
      const known = before.find((kept) => kept.version === version);
      if (known && known === before[0]) return { ...known, isNew: false };
      const now = clock.now();
      const kept: KeptTable = {
        ...{ version, rows: rows.length, source, at },
        ...(expiresAt !== undefined && { expiresAt }),
        loadedAt: now,
      };
      const list = [kept, ...before.filter((other) => other !== known)].slice(0, limits.tableVersionsMax);
      const next = {
        revision: Math.max(stored.revision + 1, now),
        tables: { ...stored.tables, [overlay]: list },
      };
      const change = { expected: stored.revision, next, ...(!known && { added: { version, chunks } }) };
      if ((await archive.replace(change)) === 'conflict') continue;
      await this.refresh();
      return { ...kept, isNew: true };
    }
    throw new CodedError('NB_CONTENTION', 'the tables in force are being changed by others all the time');
  }

  /** Tells the partitions that have not heard of it what is in force. Saying it twice does no harm. */
  async announce(): Promise<void> {
    const { tenant, partitions, clock, log } = this.#options;
    const tables = versionsOf(this.#stored);
    if (tables.revision === this.#announced) return;
    const messages: TablesMessage[] = [];
    for (let partition = 0; partition < partitions; partition += 1) {
      if ((await this.#revisionIn(partition as Partition)) >= tables.revision) continue;
      messages.push({
        kind: 'tables',
        id: `tables:${partition}:${tables.revision}`,
        tenant,
        partition: partition as Partition,
        receivedAt: clock.now(),
        tables,
      });
    }
    if (messages.length > 0) await log.append(messages);
    this.#announced = tables.revision;
  }

  async #revisionIn(partition: Partition): Promise<number> {
    const [stored] = await this.#options.store.load(partition, [partitionDocumentKey]);
    return stored ? (decodePartitionDocument(stored.value).tables ?? noTableVersions).revision : 0;
  }

  /** A large table takes seconds: decisions go on in between. */
  async #inTurns<Result>(steps: Generator<void, Result>): Promise<Result> {
    for (;;) {
      const step = steps.next();
      if (step.done) return step.value;
      await this.#options.timing.sleep(0);
    }
  }

  #load(version: string): Promise<ReferenceTable | undefined> {
    const known = this.#loaded.get(version);
    if (known) return known;
    const loading = this.#read(version);
    this.#loaded.set(version, loading);
    // Whoever waits for it is told; the next one may try again.
    loading.catch(() => this.#loaded.delete(version));
    return loading;
  }

  async #read(version: string): Promise<ReferenceTable | undefined> {
    const chunks = await this.#options.archive?.chunks(version);
    if (chunks) return this.#inTurns(readTable({ version, chunks }));
    const error = new CodedError('NB_INVALID_INPUT', `version ${version} of a table is no longer kept`);
    this.#options.troubled('reference tables', error);
    return undefined;
  }
}

function versionsOf({ revision, tables }: StoredTables): TableVersions {
  const inForce = Object.entries(tables).flatMap(([overlay, [first]]) =>
    first ? [[overlay, first.version] as const] : [],
  );
  return { revision, versions: Object.fromEntries(inForce) };
}
