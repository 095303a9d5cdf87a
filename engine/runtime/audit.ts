import { CodedError } from '../errors.ts';
import type { CustomerKey, DecisionId, Partition } from '../model/ids.ts';
import type { MadeBy, Receipt } from '../model/receipt.ts';
import type { Rulebook } from '../model/rulebook.ts';
import type { Clock, PlacedEntry, ReceiptStream, StateStore } from '../ports.ts';
import { type ChainEnd, type NotedEnd, readEnd } from '../receipts/chain.ts';
import { type ChainBreak, ChainCheck, type VouchedReceipt } from '../receipts/check-chain.ts';
import { reexecute } from '../receipts/reexecute.ts';
import { firstDifference } from './first-difference.ts';
import { endNote } from './receipt-keeper.ts';

/**
 * Makes the decisions of a period again, from their receipts and the rulebooks they name, and follows the chains that
 * vouch for the receipts.
 *
 * AU1. Nothing is written.
 * AU2. A partition is read as far as its chain reached when its turn came, so that work in hand is no break.
 * AU3. What is not kept any more (a rulebook, a receipt of an erased customer, what left by its age) is counted apart: it
 *      neither matches nor differs.
 */
export interface AuditOptions {
  readonly partitions: number;
  readonly stream: ReceiptStream;
  readonly store: Pick<StateStore, 'readNote' | 'record'>;
  readonly clock: Clock;
  readonly sha256: (text: string) => string;
  /** Epoch ms. */
  readonly since: number;
  /** Undefined for a rulebook that is not kept. */
  readonly bookOf: (version: string) => Promise<Rulebook | undefined>;
  /** Versions of the program that audits. */
  readonly madeBy: MadeBy;
  /** Where the chains ended in an earlier audit. */
  readonly known?: readonly PartitionEnd[];
  readonly signal: AbortSignal;
  readonly onProgress: (progress: { readonly partitions: number; readonly decisions: number }) => void;
  /** Mismatches and breaks that are told one by one; the others are counted. */
  readonly tellMax: number;
}

export interface PartitionEnd extends ChainEnd {
  readonly partition: Partition;
}

export interface AuditReport {
  /** Epoch ms. */
  readonly since: number;
  readonly until: number;
  /** Decisions that were made again. */
  readonly decisions: number;
  /** Of those, the ones that came out otherwise under the same versions of the program and its libraries. */
  readonly mismatches: number;
  /** ... and those that came out otherwise where these versions differ. */
  readonly otherVersions: number;
  readonly breaks: number;
  /** Decisions of customers that were erased. */
  readonly erased: number;
  /** Decisions whose rulebook is not kept any more. */
  readonly unknownBooks: number;
  /** Decisions whose receipt was too large to be kept whole. */
  readonly tooLarge: number;
  /** Receipts that were kept twice, after a crash. */
  readonly repeated: number;
  readonly firstMismatches: readonly Mismatch[];
  readonly firstBreaks: readonly (ChainBreak & { readonly partition: Partition })[];
  /** Partitions whose chain begins later than at its first entry: what was before left by its age. */
  readonly cut: readonly PartitionStart[];
  /** Where the chains end; for a later audit to compare with. */
  readonly ends: readonly PartitionEnd[];
}

export interface PartitionStart {
  readonly partition: Partition;
  /** Number of its first entry. */
  readonly number: number;
}

export interface Mismatch {
  readonly decision: DecisionId;
  readonly customer: CustomerKey;
  readonly at: number;
  readonly rulebook: string;
  /** Where the decision on record and the one made again differ first; absent where it is on record no more. */
  readonly path?: string;
  /** Versions that were others then. */
  readonly versions: readonly string[];
}

interface Tally {
  decisions: number;
  mismatches: number;
  otherVersions: number;
  breaks: number;
  erased: number;
  unknownBooks: number;
  tooLarge: number;
  repeated: number;
}

/** Of the clocks of a stream's server and of this machine, with what lies between a decision and its receipt. */
const slackMs = 10 * 60_000;
const waitMs = 10_000;
const readMax = 500;
/** While one partition is waited for, another is decided on. */
const sideBySide = 4;

export async function auditDecisions(options: AuditOptions): Promise<AuditReport> {
  const { partitions, since, clock, signal, onProgress } = options;
  const until = clock.now();
  const audit = new Audit(options, until);
  let next = 0;
  let done = 0;
  const hand = async () => {
    while (next < partitions && !signal.aborted) {
      const partition = next as Partition;
      next += 1;
      await audit.partition(partition);
      done += 1;
      onProgress({ partitions: done, decisions: audit.tally.decisions });
    }
  };
  await Promise.all(Array.from({ length: Math.min(sideBySide, partitions) }, hand));
  const { tally, firstMismatches, firstBreaks } = audit;
  const [cut, ends] = [inOrder(audit.cut), inOrder(audit.ends)];
  return { since, until, ...tally, firstMismatches, firstBreaks: inOrder(firstBreaks), cut, ends };
}

function inOrder<Of extends { readonly partition: Partition }>(list: readonly Of[]): readonly Of[] {
  return [...list].sort((one, other) => one.partition - other.partition);
}

class Audit {
  readonly tally: Tally = {
    decisions: 0,
    mismatches: 0,
    otherVersions: 0,
    breaks: 0,
    erased: 0,
    unknownBooks: 0,
    tooLarge: 0,
    repeated: 0,
  };
  readonly firstMismatches: Mismatch[] = [];
  readonly firstBreaks: (ChainBreak & { readonly partition: Partition })[] = [];
  readonly cut: PartitionStart[] = [];
  readonly ends: PartitionEnd[] = [];
  readonly #options: AuditOptions;
  readonly #now: number;

  constructor(options: AuditOptions, now: number) {
    this.#options = options;
    this.#now = now;
  }

  /** Epoch ms from which on the stream is read. */
  get #from(): number {
    return Math.max(0, this.#options.since - slackMs);
  }

  async partition(partition: Partition): Promise<void> {
    const { stream, store, since, known = [], sha256 } = this.#options;
    // The note first: it is written after its entry, so it never runs ahead of the chain.
    const noted = readEnd(await store.readNote(endNote(partition)));
    const head = await stream.head(partition);
    const keptMs = await stream.keptMs();
    const agedBefore = keptMs === undefined ? 0 : this.#now - keptMs + slackMs;
    const earlier = known.filter((end) => end.partition === partition && end.number > 0);
    const check = new ChainCheck(
      { partition, sha256 },
      { since, agedBefore, known: noted.number > 0 ? [...earlier, noted] : earlier },
    );
    if (head && head.storedAt < this.#from) check.take(head);
    else if (head) await this.#read(partition, check, head.sequence);
    if (this.#options.signal.aborted) return;
    // Where the newest entry that is remembered may have left by its age, those before it may have left too.
    const due = [...earlier, noted].filter(({ number }) => noted.at >= agedBefore || number > noted.number);
    check.finish(furthest(due));
    this.#add(partition, check);
  }

  #add(partition: Partition, check: ChainCheck): void {
    this.tally.breaks += check.breaks.length;
    this.tally.erased += check.erased;
    this.tally.repeated += check.repeated;
    const left = this.#options.tellMax - this.firstBreaks.length;
    this.firstBreaks.push(...check.breaks.slice(0, left).map((each) => ({ ...each, partition })));
    if (check.end.number > 0) this.ends.push({ partition, ...check.end });
    if ((check.first ?? 1) > 1) this.cut.push({ partition, number: check.first ?? 1 });
  }

  async #read(partition: Partition, check: ChainCheck, head: number): Promise<void> {
    const { stream, signal } = this.#options;
    const reader = stream.read(partition, this.#from);
    try {
      let end = head;
      for (let last = 0; last < end && !signal.aborted; ) {
        const items = await reader.next({ max: readMax, waitMs });
        if (items.length === 0) {
          throw new CodedError('NB_LOG_UNAVAILABLE', `the receipts of partition ${partition} stopped coming`);
        }
        for (const item of items) {
          if ('entry' in item && check.first === undefined) await this.#begin(partition, check, item);
          for (const vouched of check.take(item)) await this.#judge(partition, vouched);
        }
        last = items.at(-1)?.sequence ?? last;
        // Whoever was erased meanwhile is named by an entry that was added since.
        if (last >= end && check.misses) end = (await stream.head(partition))?.sequence ?? end;
      }
    } finally {
      await reader.close();
    }
  }

  async #begin(partition: Partition, check: ChainCheck, first: PlacedEntry): Promise<void> {
    const before = await this.#options.stream.before(partition, first);
    if (before !== 'aged') check.begin(before?.entry, first.entry);
  }

  async #judge(partition: Partition, { receipt }: VouchedReceipt): Promise<void> {
    const rulebook = await this.#options.bookOf(receipt.rulebook);
    if (!rulebook) {
      this.tally.unknownBooks += 1;
      return;
    }
    const again = attempt(() => reexecute(receipt, rulebook, this.#options.sha256));
    if (again === undefined) {
      this.tally.tooLarge += 1;
      return;
    }
    this.tally.decisions += 1;
    if (again !== 'failed' && again.matches) return;
    const made = again === 'failed' ? undefined : JSON.stringify(again.result.decision);
    await this.#differs(partition, receipt, made);
  }

  async #differs(partition: Partition, receipt: Receipt, made: string | undefined): Promise<void> {
    const { madeBy, store, tellMax } = this.#options;
    const versions = versionsThatDiffer(receipt.madeBy, madeBy);
    this.tally[versions.length > 0 ? 'otherVersions' : 'mismatches'] += 1;
    if (this.firstMismatches.length >= tellMax) return;
    const record = await store.record(partition, receipt.id);
    const path = record === undefined || made === undefined ? undefined : pathOf(record, made);
    const { id: decision, customer, at, rulebook } = receipt;
    this.firstMismatches.push({
      decision,
      customer,
      at,
      rulebook,
      ...(path !== undefined && { path }),
      versions,
    });
  }
}

/** Of two that reach equally far, the first. */
function furthest(ends: readonly (ChainEnd | NotedEnd)[]): ChainEnd | undefined {
  return ends.reduce<ChainEnd | undefined>(
    (most, end) => (most && most.number >= end.number ? most : end),
    undefined,
  );
}

/** A receipt that nothing can be decided from is a mismatch like any other, and no end of the audit. */
function attempt<Result>(work: () => Result): Result | 'failed' {
  try {
    return work();
  } catch {
    return 'failed';
  }
}

function pathOf(record: string, made: string): string | undefined {
  return firstDifference(JSON.parse(made), JSON.parse(record));
}

function versionsThatDiffer(then: MadeBy, now: MadeBy): readonly string[] {
  const names = [...new Set([...Object.keys(then), ...Object.keys(now)])].sort();
  return names.flatMap((name) =>
    then[name] === now[name] ? [] : [`${name} ${then[name] ?? 'unknown'}, now ${now[name] ?? 'unknown'}`],
  );
}
