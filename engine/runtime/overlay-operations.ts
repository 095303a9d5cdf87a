import { attributesMessage } from '../customer/attributes.ts';
import { CodedError } from '../errors.ts';
import { limits } from '../limits.ts';
import type { OverlayState } from '../model/customer-state.ts';
import { anonymousKey, type CustomerKey, userKey } from '../model/ids.ts';
import type { Json } from '../model/json.ts';
import type { AttributesMessage } from '../model/log-message.ts';
import type { AttributeType, Overlay, Rulebook } from '../model/rulebook.ts';
import { readAttributes, readKey } from '../overlays/read-attributes.ts';
import type { TableRow } from '../overlays/reference-table.ts';
import type { KeptTable } from '../ports.ts';
import { nearestName } from '../rules/nearest-name.ts';
import type { RuntimeContext } from './runtime-context.ts';

/** What can be done with external attributes from outside. */
export interface OverlayOperations {
  list(): readonly OverlayListing[];
  /**
   * Takes in what a file holds: rows of customers go to the log, rows of a table take the place of the table in force
   * once all of them were read. Loading the same again changes nothing. NB_UNKNOWN_OVERLAY, NB_INVALID_INPUT,
   * NB_NO_RULEBOOK, or what log and store reject with.
   */
  load(request: OverlayLoad): Promise<OverlayLoadReport>;
}

/** An overlay as the rulebook declares it, with what is loaded. */
export interface OverlayListing {
  readonly name: string;
  readonly kind: 'customer' | 'table';
  readonly attributes: Readonly<Record<string, AttributeType>>;
  readonly column: string;
  readonly expiresMs?: number;
  /** Of a table: the fact it is looked up with. */
  readonly key?: string;
  /** Of a table beside the rules. */
  readonly file?: { readonly path: string; readonly version: string; readonly rows: number };
  /** Versions of a loaded table, the one in force first. */
  readonly kept?: readonly KeptTable[];
  /** Of the customer: what stands in the column. */
  readonly by?: string;
  /** The address of its service, as it is written. */
  readonly service?: string;
}

export interface OverlayLoad {
  readonly overlay: string;
  /** When the source told it, epoch ms. */
  readonly at: number;
  /** Where it comes from: a file's name and digest. */
  readonly source: string;
  /** The column of the customer or the key, where it is another than the rulebook says. */
  readonly column?: string;
  /** In the order of the file, in groups as they are read. */
  readonly rows: AsyncIterable<readonly Readonly<Record<string, unknown>>[]>;
}

export interface OverlayLoadReport {
  readonly overlay: string;
  readonly rows: number;
  readonly loaded: number;
  readonly rejected: number;
  /** The first of those that were rejected; rows count from 1. */
  readonly rejections: readonly { readonly row: number; readonly reason: string }[];
  /** Of a table: what is in force now. */
  readonly version?: string;
  /** Of a table: false where it was in force already. */
  readonly isNew?: boolean;
}

export function openOverlays(context: RuntimeContext): OverlayOperations {
  return {
    list: () =>
      [...(context.rulebook()?.overlays.values() ?? [])].map((overlay) => listingOf(context, overlay)),
    load: (request) => load(context, request),
  };
}

function listingOf({ tables }: RuntimeContext, overlay: Overlay): OverlayListing {
  const { name, attributes, column, expiresMs, join } = overlay;
  const common = { name, attributes, column, ...(expiresMs !== undefined && { expiresMs }) };
  if (join.kind === 'customer') {
    const { by, service } = join;
    return { ...common, kind: 'customer', by, ...(service && { service: service.url }) };
  }
  const key = join.fact.name;
  if (!join.file) return { ...common, kind: 'table', key, kept: tables.kept(name) };
  const { path, table } = join.file;
  return { ...common, kind: 'table', key, file: { path, version: table.version, rows: table.rows } };
}

async function load(context: RuntimeContext, request: OverlayLoad): Promise<OverlayLoadReport> {
  const rulebook = context.rulebook();
  if (!rulebook) throw new CodedError('NB_NO_RULEBOOK', 'no valid rulebook is loaded yet');
  const overlay = overlayNamed(request.overlay, rulebook);
  const told = toldBy(overlay, request, context.ports.clock.now());
  const tally = new Tally(overlay.name);
  const job = { overlay, request, told, tally, column: request.column ?? overlay.column };
  return overlay.join.kind === 'key'
    ? loadTable(context, job)
    : loadCustomers(context, job, keyReader(overlay.join.by, rulebook));
}

interface Job {
  readonly overlay: Overlay;
  readonly request: OverlayLoad;
  readonly told: Pick<OverlayState, 'at' | 'source' | 'expiresAt'>;
  readonly tally: Tally;
  readonly column: string;
}

function overlayNamed(name: string, { overlays }: Rulebook): Overlay {
  const overlay = overlays.get(name);
  if (overlay) return overlay;
  const near = nearestName(name, [...overlays.keys()]);
  const hint =
    near === undefined ? `known are ${[...overlays.keys()].join(', ') || 'none'}` : `did you mean "${near}"?`;
  throw new CodedError('NB_UNKNOWN_OVERLAY', `no overlay "${name}" in the rulebook; ${hint}`);
}

/** What all values of one load have in common; refuses what would never count. */
function toldBy({ name, join, expiresMs }: Overlay, { at, source }: OverlayLoad, now: number): Job['told'] {
  if (join.kind === 'key' && join.file) {
    throw new CodedError(
      'NB_INVALID_INPUT',
      `the table of "${name}" is part of the rule files: ${join.file.path}`,
    );
  }
  if (at > now + limits.eventAheadMsMax) {
    throw new CodedError('NB_INVALID_INPUT', 'expected a time that has come, found one in the future');
  }
  const expiresAt = expiresMs === undefined ? undefined : at + expiresMs;
  if (expiresAt !== undefined && expiresAt <= now) {
    throw new CodedError(
      'NB_INVALID_INPUT',
      `what was told then has expired: "${name}" lasts ${expiresMs} ms`,
    );
  }
  return { at, source, ...(expiresAt !== undefined && { expiresAt }) };
}

// ---------------------------------------------------------------------------------------------------- a table

async function loadTable(context: RuntimeContext, job: Job): Promise<OverlayLoadReport> {
  const { overlay, request, tally, column, told } = job;
  const names = Object.keys(overlay.attributes);
  const known = new Set<string>();
  const rows: TableRow[] = [];
  let characters = 0;
  for await (const group of request.rows) {
    for (const cells of group) {
      const row = tally.next();
      const read = readRow(overlay, column, cells);
      if ('reason' in read) {
        tally.reject(row, read.reason);
        continue;
      }
      if (known.has(read.key)) {
        tally.reject(row, `an earlier row has the key ${JSON.stringify(read.key)} already`);
        continue;
      }
      known.add(read.key);
      const kept: TableRow = [read.key, ...names.map((name) => read.values[name] ?? null)];
      characters += JSON.stringify(kept).length;
      if (rows.length >= limits.tableRowsMax || characters > limits.tableCharactersMax) throw tooLarge();
      rows.push(kept);
    }
  }
  if (rows.length === 0) {
    const why = tally.report().rejections[0]?.reason ?? 'the file holds none';
    throw new CodedError('NB_INVALID_INPUT', `expected rows, found none that can be taken: ${why}`);
  }
  const header = { overlay: overlay.name, attributes: overlay.attributes, ...told };
  const { version, isNew } = await context.tables.replace(header, rows);
  await context.tables.announce();
  return { ...tally.report(), version, isNew };
}

function tooLarge(): CodedError {
  return new CodedError(
    'NB_INVALID_INPUT',
    `a table has ${limits.tableRowsMax} rows and ${limits.tableCharactersMax} characters at most`,
  );
}

type ReadRow =
  | { readonly key: string; readonly values: Readonly<Record<string, Json>> }
  | { readonly reason: string };

function readRow(overlay: Overlay, column: string, cells: Readonly<Record<string, unknown>>): ReadRow {
  const key = readKey(column, cells);
  if (!Object.hasOwn(cells, column)) {
    const found = Object.keys(cells).join(', ').slice(0, 100) || 'none';
    return { reason: `expected the column ${column}, found ${found}` };
  }
  if (key === undefined) {
    const limit = limits.idLengthMax;
    return { reason: `${column}: expected a text of at most ${limit} characters or a number, found none` };
  }
  const read = readAttributes(overlay.attributes, cells);
  if ('reason' in read) return read;
  if (Object.keys(read.values).length === 0) return { reason: 'it holds none of the attributes' };
  return { key, ...read };
}

// ---------------------------------------------------------------------------------------------------- customers

type KeyReader = (text: string) => CustomerKey | undefined;

function keyReader(by: string, { identity }: Rulebook): KeyReader {
  if (by === 'userId') return userKey;
  if (by === 'anonymousId') return anonymousKey;
  const identifier = identity.identifiers.find(({ name }) => name === by);
  return (text) => identifier?.keyOf(text);
}

async function loadCustomers(
  context: RuntimeContext,
  job: Job,
  keyOf: KeyReader,
): Promise<OverlayLoadReport> {
  const { overlay, request, tally, column, told } = job;
  const { clock, log } = context.ports;
  for await (const group of request.rows) {
    for (let from = 0; from < group.length; from += limits.overlayRowsPerAppend) {
      const messages: AttributesMessage[] = [];
      for (const cells of group.slice(from, from + limits.overlayRowsPerAppend)) {
        const row = tally.next();
        const read = readRow(overlay, column, cells);
        const key = 'key' in read ? keyOf(read.key) : undefined;
        if ('reason' in read) tally.reject(row, read.reason);
        else if (key === undefined) tally.reject(row, `${column}: it identifies nobody`);
        else {
          const state = { values: read.values, ...told };
          messages.push(
            attributesMessage(context, { key, overlay: overlay.name, state, receivedAt: clock.now() }),
          );
        }
      }
      if (messages.length > 0) await log.append(messages);
    }
  }
  return tally.report();
}

class Tally {
  readonly #overlay: string;
  readonly #rejections: { readonly row: number; readonly reason: string }[] = [];
  #rows = 0;
  #rejected = 0;

  constructor(overlay: string) {
    this.#overlay = overlay;
  }

  /** The number of the next row. */
  next(): number {
    this.#rows += 1;
    return this.#rows;
  }

  reject(row: number, reason: string): void {
    this.#rejected += 1;
    if (this.#rejections.length < limits.rejectionsTold) this.#rejections.push({ row, reason });
  }

  report(): OverlayLoadReport {
    return {
      overlay: this.#overlay,
      rows: this.#rows,
      loaded: this.#rows - this.#rejected,
      rejected: this.#rejected,
      rejections: this.#rejections,
    };
  }
}
