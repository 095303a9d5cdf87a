import { CodedError } from '../errors.ts';
import { limits } from '../limits.ts';
import type { Partition } from '../model/ids.ts';
import type { LogMessage } from '../model/log-message.ts';
import type { DeadLetter } from '../ports.ts';
import type { RuntimeContext } from './runtime-context.ts';

/** Which dead letters; all of them when nothing is said. */
export interface LetterSelection {
  readonly partition?: Partition;
  /** Of the partition. */
  readonly sequence?: number;
}

export interface FiledLetter extends DeadLetter {
  readonly partition: Partition;
}

/** The messages that could not be applied, for whoever found out why. */
export interface DeadLetterOperations {
  /** The first of them, `limits.deadLettersPerPageMax` at most. */
  list(selection: LetterSelection): Promise<readonly FiledLetter[]>;
  /**
   * Appends them to the log once more, as they are, and forgets them. What cannot be applied this time either comes back
   * as a new dead letter. `refused`: those that the log does not take, which stay.
   */
  replay(selection: LetterSelection): Promise<{ readonly replayed: number; readonly refused: number }>;
  /** Forgets them. Returns how many there were. */
  drop(selection: LetterSelection): Promise<number>;
}

const pageSize = 100;

export function openDeadLetters(context: RuntimeContext): DeadLetterOperations {
  return {
    list: async (selection) => {
      const found: FiledLetter[] = [];
      for await (const page of pagesOf(context, selection)) {
        found.push(...page.slice(0, limits.deadLettersPerPageMax - found.length));
        if (found.length >= limits.deadLettersPerPageMax) break;
      }
      return found;
    },
    replay: async (selection) => {
      const sum = { replayed: 0, refused: 0 };
      for await (const page of pagesOf(context, selection)) {
        for (const letter of page) sum[await replayOne(context, letter)] += 1;
      }
      return sum;
    },
    drop: async (selection) => {
      let dropped = 0;
      for await (const page of pagesOf(context, selection)) {
        await clear(context, page);
        dropped += page.length;
      }
      return dropped;
    },
  };
}

/** A crash between the two leaves both: the customer's memory of messages drops the second one. */
async function replayOne(context: RuntimeContext, letter: FiledLetter): Promise<'replayed' | 'refused'> {
  const { message } = letter;
  const again: LogMessage = { ...message, attempt: (message.attempt ?? 0) + 1 };
  try {
    await context.ports.log.append([again]);
  } catch (error) {
    if (error instanceof CodedError && !error.retryable) return 'refused';
    throw error;
  }
  await clear(context, [letter]);
  return 'replayed';
}

async function clear({ ports }: RuntimeContext, letters: readonly FiledLetter[]): Promise<void> {
  const [first] = letters;
  if (!first) return;
  await ports.store.clearDeadLetters(
    first.partition,
    letters.map(({ sequence }) => sequence),
  );
}

/** Pages of one partition each. What is put aside while they are read is left out, or a replay might never end. */
async function* pagesOf(
  { partitions, ports }: RuntimeContext,
  { partition: only, sequence }: LetterSelection,
): AsyncGenerator<readonly FiledLetter[]> {
  const all = Array.from({ length: partitions }, (_, number) => number as Partition);
  for (const partition of only === undefined ? all : all.filter((each) => each === only)) {
    const isListed = await boundsOf(ports, partition);
    let after = sequence === undefined ? 0 : sequence - 1;
    for (;;) {
      const page = await ports.store.deadLetters(partition, after, sequence === undefined ? pageSize : 1);
      const wanted = page.filter(
        (letter) => isListed(letter) && (sequence === undefined || letter.sequence === sequence),
      );
      if (wanted.length > 0) yield wanted.map((letter) => ({ ...letter, partition }));
      after = page.at(-1)?.sequence ?? after;
      if (sequence !== undefined || page.length < pageSize) break;
    }
  }
}

/**
 * Up to what is applied now, and those that never got into the log, which lie behind any place in it. Neither end of the
 * log would do: letters are kept longer than a log may be.
 */
async function boundsOf(
  { store }: RuntimeContext['ports'],
  partition: Partition,
): Promise<(letter: DeadLetter) => boolean> {
  const { sequence: applied } = await store.checkpoint(partition);
  return ({ sequence }) => sequence <= applied || sequence >= unsentSequenceMin;
}

/** Dead letters are kept by their place in the log. A message that no log takes has none: it lies behind all that have. */
export const unsentSequenceMin = 2 ** 47;
