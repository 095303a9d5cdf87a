import type { ExperimentArm } from './model/decision.ts';
import type { CustomerKey, DecisionId, Nonce, Partition, Tenant } from './model/ids.ts';
import type { Json, JsonObject } from './model/json.ts';
import type { LogEntry, LogMessage } from './model/log-message.ts';
import type { ChainEntry, Receipt } from './model/receipt.ts';
import type { RulebookHistory, RuleText } from './model/rulebook-history.ts';

/**
 * What the core needs from the world, in business verbs. Every adapter of a port passes the same conformance suite
 * (`test/conformance/<port>`). An atomic step is one operation here and one script or transaction behind it.
 *
 * Errors: an operation that fails because the world failed rejects with a `CodedError` that is retryable
 * (`NB_STORE_UNAVAILABLE`, `NB_LOG_UNAVAILABLE`). A rejected write has an unknown outcome: the caller reads again.
 */

/** Wall clock, epoch ms. */
export interface Clock {
  now(): number;
}

/** Randomness of the world: unguessable, unique. Everything that must be reproducible derives from a seed instead. */
export interface Ids {
  /** 12 URL-safe characters (72 bits). */
  nonce(): Nonce;
}

/** What a pause needs to know of an `AbortSignal`. One that is made for every single pause costs more than the pause. */
export interface WakeSignal {
  readonly aborted: boolean;
  addEventListener(kind: 'abort', wake: () => void, options?: { readonly once: true }): void;
  removeEventListener(kind: 'abort', wake: () => void): void;
}

/** Pauses of the runtime. `sleep` resolves early, without an error, when the signal fires. */
export interface Timing {
  sleep(ms: number, signal?: WakeSignal): Promise<void>;
}

// ---------------------------------------------------------------------------------------------------- the log

/** The ordered, durable log of touchpoints of one tenant, in partitions. */
export interface TouchpointLog {
  /**
   * Resolves once all messages are durable. Keeps the order of the messages of one partition within a call. A message
   * whose id (and attempt, where it has one) was appended within the last two minutes may be dropped as a retry; the
   * caller cannot tell and need not. Rejects with NB_MESSAGE_TOO_LARGE when one of them never fits.
   */
  append(messages: readonly LogMessage[]): Promise<void>;
  /** Entries with a sequence above `after`, in order, without gaps. */
  read(partition: Partition, after: number): LogReader;
  /** Sequence of the newest entry, 0 when there is none. */
  head(partition: Partition): Promise<number>;
  /**
   * Where the log begins: entries of this partition below it, if there ever were any, are not kept any more. Undefined
   * while there is no entry and none was taken away.
   */
  first(partition: Partition): Promise<number | undefined>;
  /** The id of the message at a sequence; undefined where there is none of this partition. */
  idAt(partition: Partition, sequence: number): Promise<string | undefined>;
}

export interface LogReader {
  /**
   * Resolves with the next 1..max entries as soon as there is one, or with none after `waitMs` or once closed.
   * Rejects with NB_STREAM_REWOUND when the log ends before `after`, or is found to hold something else where it was read.
   * Entries that went by their age before they were read are passed over: `first` tells.
   */
  next(options: { readonly max: number; readonly waitMs: number }): Promise<readonly LogEntry[]>;
  close(): Promise<void>;
}

// ---------------------------------------------------------------------------------------------------- the store

/** How far a partition's log has been applied. */
export interface Checkpoint {
  readonly sequence: number;
  /** Stream time: the `receivedAt` of the last replayed event, 0 before any. */
  readonly time: number;
  readonly nonce: Nonce;
  /** Entries that were applied, newest first, the farther back the sparser: where a log that lost its end still agrees. */
  readonly trail: readonly LogMark[];
}

export interface LogMark {
  readonly sequence: number;
  /** `hash48` of the message's id. */
  readonly hash: number;
}

export const originCheckpoint: Checkpoint = { sequence: 0, time: 0, nonce: '' as Nonce, trail: [] };

/** A document with its version. `value` is the encoded state. */
export interface StoredDocument {
  readonly nonce: Nonce;
  readonly value: Uint8Array;
}

/** A version names one value. With the version that it has, a document is only checked. */
export interface DocumentWrite {
  readonly key: string;
  /** The version it was read at; undefined: it did not exist. */
  readonly expected: Nonce | undefined;
  readonly nonce: Nonce;
  /** undefined: the document goes away. */
  readonly value: Uint8Array | undefined;
}

/** Whether a write changes nothing: once the version is found to be the same, the value is there already. */
export function isOnlyChecked({ expected, nonce, value }: DocumentWrite): boolean {
  return value !== undefined && nonce === expected;
}

/** A wait of one customer, indexed so that it is found when due. One per customer and clock: the earliest. */
export interface TimerWrite {
  readonly key: CustomerKey;
  readonly clock: 'wall' | 'stream';
  /** undefined: this customer waits for nothing on this clock any more. */
  readonly due: number | undefined;
}

export interface DueTimer {
  readonly key: CustomerKey;
  readonly clock: 'wall' | 'stream';
  readonly due: number;
}

/** Something to send on once the commit holds; sent at least once, deduplicated by id where it arrives. */
export type OutboxItem =
  | { readonly id: string; readonly to: 'log'; readonly message: LogMessage }
  | { readonly id: string; readonly to: 'decisions'; readonly decision: PublishedDecision }
  | { readonly id: string; readonly to: 'receipts'; readonly receipt: Receipt }
  /** The receipts of a customer who was erased go. */
  | { readonly id: string; readonly to: 'receipts'; readonly forget: CustomerKey };

export interface OutboxEntry {
  /** The store's own handle for `clearOutbox`. */
  readonly handle: string;
  readonly item: OutboxItem;
}

/** A small text kept until `expiresAt`: a decision's record, a lease, the mark of an erased customer. */
export interface RecordWrite {
  readonly id: string;
  readonly value: string;
  readonly expiresAt: number;
  /** Whose it is: it goes when the customer is forgotten. */
  readonly customer?: CustomerKey;
}

/** A message that could not be applied, put aside until somebody looks at it or `expiresAt`. */
export interface DeadLetter {
  /** Its place in the partition's log. */
  readonly sequence: number;
  readonly reason: string;
  readonly message: LogMessage;
  readonly expiresAt: number;
}

/**
 * An integer counter of the partition. The commit fails as `exhausted` if `value + add` would pass `value of limitedBy`,
 * or if the value is not the `expected` one. The writes of one commit apply in their order, each seeing those before it;
 * a counter may always go down.
 *
 * A name `<account>:<what>`, parted by its last colon, is a counter of an account. An account goes as a whole, at the
 * latest `expiresAt` that a write to it named: its counters never disagree about whether they are still there. Other
 * counters stay.
 */
export interface CounterWrite {
  readonly name: string;
  readonly add: number;
  /** A counter of the same account. */
  readonly limitedBy?: string;
  readonly expected?: number;
  /** Of a counter of an account, epoch ms. */
  readonly expiresAt?: number;
}

/** The account of a counter; undefined for one that stands alone. */
export function accountOf(counter: string): string | undefined {
  const colon = counter.lastIndexOf(':');
  return colon < 0 ? undefined : counter.slice(0, colon);
}

/** Everything one step changes, in one partition; all of it or nothing is stored. */
export interface Commit {
  readonly partition: Partition;
  /** The runner's commits move the checkpoint; a request's do not. */
  readonly checkpoint?: { readonly expected: Checkpoint; readonly next: Checkpoint };
  /** Nothing is stored if a record with this id exists already; its value comes back instead. */
  readonly onceBy?: string;
  /** Nothing is stored if a record with one of these ids exists: a customer was erased meanwhile. */
  readonly unless?: readonly string[];
  readonly documents: readonly DocumentWrite[];
  readonly timers: readonly TimerWrite[];
  readonly outbox: readonly OutboxItem[];
  readonly records: readonly RecordWrite[];
  readonly counters: readonly CounterWrite[];
  readonly deadLetters?: readonly DeadLetter[];
  /** Customers of whom all records, timers and dead letters go, before those of this commit are stored. */
  readonly forgets?: readonly CustomerKey[];
}

export type CommitResult =
  | { readonly kind: 'committed' }
  /** Another owner moved the checkpoint. */
  | { readonly kind: 'stale-checkpoint'; readonly checkpoint: Checkpoint }
  /** Documents whose version is not the expected one, as they stand now (undefined: gone). */
  | { readonly kind: 'conflict'; readonly documents: ReadonlyMap<string, StoredDocument | undefined> }
  | { readonly kind: 'repeated'; readonly record: string }
  /** Ids of the records named in `unless` that exist. */
  | { readonly kind: 'barred'; readonly records: readonly string[] }
  | { readonly kind: 'exhausted'; readonly counters: readonly string[] };

/** State, timers, outbox, records, counters and checkpoint of one tenant, by partition. */
export interface StateStore {
  checkpoint(partition: Partition): Promise<Checkpoint>;
  /** In the order of the keys. */
  load(partition: Partition, keys: readonly string[]): Promise<readonly (StoredDocument | undefined)[]>;
  /** Checks in the order: onceBy, checkpoint, unless, documents, counters. */
  commit(commit: Commit): Promise<CommitResult>;
  record(partition: Partition, id: string): Promise<string | undefined>;
  /** In the order of the ids. */
  records(partition: Partition, ids: readonly string[]): Promise<readonly (string | undefined)[]>;
  /** Those of one customer, in no particular order. */
  recordsOf(
    partition: Partition,
    customer: CustomerKey,
  ): Promise<readonly { readonly id: string; readonly value: string }[]>;
  /** With a sequence above `after`, in order. */
  deadLetters(partition: Partition, after: number, limit: number): Promise<readonly DeadLetter[]>;
  clearDeadLetters(partition: Partition, sequences: readonly number[]): Promise<void>;
  /**
   * 0 for a counter never written, or expired. In the order of the names. What it tells no fail-over takes back: who
   * acts on it elsewhere, such as at the ledger of budgets, may rely on it.
   */
  counters(partition: Partition, names: readonly string[]): Promise<readonly number[]>;
  /** Oldest first. */
  outbox(partition: Partition, limit: number): Promise<readonly OutboxEntry[]>;
  clearOutbox(partition: Partition, handles: readonly string[]): Promise<void>;
  /** Timers due at or before `wall` (wall clock) or `stream` (stream clock), earliest first. */
  dueTimers(
    partition: Partition,
    until: { readonly wall: number; readonly stream: number },
    limit: number,
  ): Promise<readonly DueTimer[]>;
  /** Every document of the tenant, in no particular order; a snapshot only when nothing writes. */
  documents(): AsyncIterable<{
    readonly partition: Partition;
    readonly key: string;
    readonly value: Uint8Array;
  }>;
  /** Forgets everything of the tenant but the notes and the layout, so that it can be rebuilt from the log. */
  wipe(): Promise<void>;
  /** A small durable note beside the state, such as how far a replayed file was read. */
  readNote(name: string): Promise<string | undefined>;
  writeNote(name: string, value: string): Promise<void>;
}

// ---------------------------------------------------------------------------------------------------- budgets

/**
 * The one counter behind each budget, from which partitions reserve what they may spend, and to which they give back
 * what they do not use. It knows what each partition holds, so nothing is lost when somebody dies between two steps, and
 * it does not grow with what goes back and forth. What it has of a budget is kept until the latest `expiresAt`.
 */
export interface BudgetLedger {
  /**
   * Grants a part of what is left of `total`: 1/`parts` of it, but no more than `most`, and what is `needed` while there
   * is as much; nothing while less than `least` is left, which would be of no use. What the partition holds by the ledger beyond `known` was granted before and never taken
   * over: it counts towards `needed`, and nothing new is granted if it suffices. So a request whose answer was lost may be
   * repeated, and one that needs 0 only asks.
   */
  reserve(request: GrantRequest): Promise<Grant>;
  /** Takes an amount back. Only a number above the partition's last one counts, so it may be repeated. */
  giveBack(request: BudgetReturn): Promise<void>;
  /** How a budget stands: a hint, which a fail-over may take back. */
  standing(budget: string): Promise<LedgerStanding>;
}

export interface GrantRequest {
  readonly budget: string;
  readonly partition: Partition;
  /** What the partition holds as far as its own counters tell. */
  readonly known: number;
  readonly needed: number;
  /** At most `needed`. */
  readonly least: number;
  readonly most: number;
  readonly parts: number;
  readonly total: number;
  readonly expiresAt: number;
}

export interface Grant {
  /** What the partition holds now, in all. */
  readonly held: number;
  /** Number of its last return; 0 before the first. */
  readonly lastReturn: number;
  /** Held by all partitions. */
  readonly reserved: number;
}

export interface BudgetReturn {
  readonly budget: string;
  readonly partition: Partition;
  /** Counts up in every partition, with gaps. */
  readonly number: number;
  readonly amount: number;
  readonly expiresAt: number;
}

export interface LedgerStanding {
  readonly reserved: number;
  /** By partition, where it is more than nothing. */
  readonly held: ReadonlyMap<Partition, number>;
}

// ---------------------------------------------------------------------------------------------------- ownership

/**
 * Who works on which partition. For efficiency only: correctness rests on the compare-and-set of the checkpoint. A
 * lease that is not renewed within `limits.leaseMs` is free for others.
 */
export interface PartitionLeases {
  /** Marks this node alive for `limits.leaseMs` and tells how many are. */
  beat(): Promise<{ readonly nodes: number }>;
  /** Takes or renews leases; returns those that this node holds now. */
  hold(partitions: readonly Partition[]): Promise<readonly Partition[]>;
  release(partitions: readonly Partition[]): Promise<void>;
  /** This node is leaving. */
  leave(): Promise<void>;
}

// ---------------------------------------------------------------------------------------------------- decisions

/** One placement of a decision as a channel receives it. */
export interface PublishedDecision {
  /** Unique per decision and placement; a channel that sees an id twice ignores the second. */
  readonly id: string;
  readonly tenant: Tenant;
  readonly decision: DecisionId;
  readonly customer: { readonly userId?: string; readonly anonymousId?: string };
  readonly channel: string;
  readonly placement: string;
  /** Epoch ms. */
  readonly at: number;
  readonly rulebook: string;
  /** The customer's arms in all experiments in force. */
  readonly arms: readonly ExperimentArm[];
  readonly cause: Json;
  readonly treatments: Json;
}

/** The stream on which decisions leave for their channels. */
export interface DecisionStream {
  /** Resolves once all are durable; an id already in the stream (within ten minutes) is not added again. */
  publish(decisions: readonly PublishedDecision[]): Promise<void>;
  /**
   * Decisions with a sequence above `after`, of one channel or of all. Without `after` only new ones: those published
   * after the reader's first `next` resolved, at the latest.
   */
  subscribe(options: { readonly channel?: string; readonly after?: number }): DecisionReader;
}

export interface DecisionReader {
  next(options: {
    readonly max: number;
    readonly waitMs: number;
  }): Promise<readonly { readonly sequence: number; readonly decision: PublishedDecision }[]>;
  close(): Promise<void>;
}

// ---------------------------------------------------------------------------------------------------- receipts

/** A receipt as it is kept: its text, and by what it is found. */
export interface KeptReceipt {
  readonly decision: DecisionId;
  readonly customer: CustomerKey;
  /** SHA-256 of the text, in hex. */
  readonly digest: string;
  /** A `Receipt` as JSON. */
  readonly text: string;
}

/** An entry of a chain with its place in the stream. */
export interface PlacedEntry {
  readonly sequence: number;
  /** Epoch ms, by the clock of whoever stores it. */
  readonly storedAt: number;
  /** Sequence of the entry behind which it was added, 0 for none. */
  readonly after: number;
  readonly entry: ChainEntry;
}

/** What a reader meets: the text of a receipt, or the entry that vouches for those before it. */
export type ReceiptItem =
  | { readonly sequence: number; readonly storedAt: number; readonly text: string }
  | PlacedEntry;

/** The receipts of decisions, with a chain in each partition that vouches for them. */
export interface ReceiptStream {
  /** The newest entry; undefined where there is none (any more). */
  head(partition: Partition): Promise<PlacedEntry | undefined>;
  /**
   * Adds receipts and the entry that vouches for them, and resolves with the entry's sequence once all are durable;
   * undefined when the newest entry is not the one at `after` (0: there is none). Then no entry was added, receipts may
   * have been: they count for nothing.
   */
  append(
    partition: Partition,
    addition: {
      readonly after: number;
      readonly entry: ChainEntry;
      readonly receipts: readonly KeptReceipt[];
    },
  ): Promise<number | undefined>;
  /**
   * The entry behind which one was added. `aged`: there was none, or it has left by its age, with everything before it;
   * undefined: it was taken away.
   */
  before(partition: Partition, placed: PlacedEntry): Promise<PlacedEntry | 'aged' | undefined>;
  /** Everything of a partition that was stored at `since` or later, epoch ms; receipts before the entry that vouches for them. */
  read(partition: Partition, since: number): ReceiptReader;
  /** The text of a decision's receipt. Stored at `since` or later, where that is known: then it is found faster. */
  find(partition: Partition, decision: DecisionId, since?: number): Promise<string | undefined>;
  /** All receipts of a customer, with the handles by which they are removed. */
  receiptsOf(
    partition: Partition,
    customer: CustomerKey,
  ): Promise<readonly { readonly handle: string; readonly text: string }[]>;
  /** Nothing of their text is left; entries stay. */
  remove(partition: Partition, handles: readonly string[]): Promise<void>;
  /** How long receipts and entries are kept, in ms; undefined: for ever. */
  keptMs(): Promise<number | undefined>;
}

export interface ReceiptReader {
  /** The next items, in their order; none when there was nothing for `waitMs`. */
  next(options: { readonly max: number; readonly waitMs: number }): Promise<readonly ReceiptItem[]>;
  close(): Promise<void>;
}

// ---------------------------------------------------------------------------------------------------- rulebooks

/** The history as it stands. `revision` grows with every change; 0: nothing was ever kept. */
export interface StoredHistory {
  readonly revision: number;
  readonly history: RulebookHistory;
}

export interface HistoryChange {
  /** The revision that the change was made from. */
  readonly expected: number;
  readonly history: RulebookHistory;
  /** The texts of a book that the history lists from now on. Those of every other book it lists are kept already. */
  readonly added?: { readonly version: string; readonly files: readonly RuleText[] };
}

/**
 * The rulebooks of one tenant that were published, and the word on which of them is in force. The history is one value:
 * what it says and what is kept never disagree.
 */
export interface RulebookArchive {
  read(): Promise<StoredHistory>;
  /**
   * Replaces the history, with the texts that come with it, unless another change came first: then nothing is stored.
   * The texts of books that are no longer listed go away.
   */
  replace(
    change: HistoryChange,
  ): Promise<{ readonly kind: 'replaced'; readonly revision: number } | { readonly kind: 'conflict' }>;
  /** The files of a book, in their order; undefined when it is not kept. */
  texts(version: string): Promise<readonly RuleText[] | undefined>;
  /**
   * Tells the history as it stands, if there is any, and every later one; some may be left out, never the last one. A
   * lower revision than before is the word of an archive that was lost and begun anew.
   * Rejects only when watching cannot begin; after that it goes on by itself until it is closed.
   */
  watch(onChange: (stored: StoredHistory) => void): Promise<{ close(): Promise<void> }>;
}

// ---------------------------------------------------------------------------------------------------- overlays

/** One version of a reference table that is kept. */
export interface KeptTable {
  readonly version: string;
  readonly rows: number;
  /** Where it comes from: a file's name and digest. */
  readonly source: string;
  /** When the source told it, epoch ms. */
  readonly at: number;
  /** Epoch ms from which its values count no more; absent: never. */
  readonly expiresAt?: number;
  /** Epoch ms. */
  readonly loadedAt: number;
}

/** The reference tables as they stand. `revision` grows with every change; 0: none was ever kept. */
export interface StoredTables {
  readonly revision: number;
  /** By overlay; the one in force first. */
  readonly tables: Readonly<Record<string, readonly KeptTable[]>>;
}

export interface TablesChange {
  /** The revision that the change was made from. */
  readonly expected: number;
  readonly next: StoredTables;
  /** A table that is kept from now on, in pieces. Those of every other version listed are kept already. */
  readonly added?: { readonly version: string; readonly chunks: readonly string[] };
}

/** The reference tables of one tenant. What is in force is one value, of one moment for all overlays. */
export interface TableArchive {
  read(): Promise<StoredTables>;
  /**
   * Replaces what is in force, with the table that comes with it, unless another change came first: then what is in
   * force stays. The pieces of versions that are no longer listed go away.
   */
  replace(change: TablesChange): Promise<'replaced' | 'conflict'>;
  /** The pieces of a version, in their order; undefined when it is not kept. */
  chunks(version: string): Promise<readonly string[] | undefined>;
}

/** A service that knows more of a customer. */
export interface Enrichment {
  /**
   * What it answers: a JSON object, or undefined where it knows nothing of this customer. Rejects when it does not
   * answer within `timeoutMs`, answers with anything else, or must not be asked. Nothing it does takes longer than that.
   */
  ask(question: {
    readonly url: string;
    /** Names of environment variables by the header that they fill. */
    readonly headers: Readonly<Record<string, string>>;
    readonly timeoutMs: number;
  }): Promise<JsonObject | undefined>;
}

// ---------------------------------------------------------------------------------------------------- pure functions

/** What only a package can do well, handed in as pure functions. */
export interface Libraries {
  /** Compiles a text template; rejects a bad one with a message a marketer can read. */
  readonly compileTemplate: (source: string) => TextTemplate | { readonly error: string };
  /** Compiles a regular expression that is matched in time linear in the text. */
  readonly compilePattern: (source: string) => Pattern | PatternFault;
  /** SHA-256 of the text in UTF-8, in lower-case hex. */
  readonly sha256: (text: string) => string;
  readonly timeZones: TimeZones;
}

/** A compiled text template. None of its functions throws. */
export interface TextTemplate {
  readonly render: (scope: Readonly<Record<string, unknown>>) => string;
  /** Every place of the scope that it reads: `['traits', 'firstName']`; one that is computed ends where that begins. */
  readonly reads: readonly (readonly string[])[];
  /** The same text, in which every part that reads a withheld place is left as it is written. */
  readonly withGaps: (
    isWithheld: (place: readonly string[]) => boolean,
  ) => (scope: Readonly<Record<string, unknown>>) => string;
}

/** A compiled regular expression. */
export interface Pattern {
  /** True when it is found anywhere in the text. Never throws. */
  readonly matches: (text: string) => boolean;
}

export interface PatternFault {
  /** In words a marketer can read. */
  readonly error: string;
  /** Which character of the pattern is at fault, from 1. */
  readonly position: number;
}

/** The clocks of the world's time zones, as the IANA database has them. Neither function ever throws. */
export interface TimeZones {
  /** Whether there is an IANA time zone of exactly this name, such as `Europe/Oslo` or `UTC`. */
  readonly has: (zone: string) => boolean;
  /** What is added to an epoch ms to get the time on the wall of a zone that there is; 0 for one that there is not. */
  readonly offsetMs: (at: number, zone: string) => number;
}
