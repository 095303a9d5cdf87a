/** Something to be timed. It loops by itself, so that each has a loop of its own that the compiler can fit to it. */
export interface Timed {
  run(calls: number): void | Promise<void>;
}

export interface WarmUp {
  /** A side warms up at least this long, */
  readonly ms: number;
  /** and goes on while it still gets faster: compilers take their time over large functions. At most this long. */
  readonly msMax: number;
}

export interface TurnOptions {
  readonly ours: Timed;
  readonly theirs: Timed;
  readonly rounds: number;
  /** When this time is over, no further round begins; five are always made. */
  readonly roundsMs: number;
  /** How long one side runs before the other has its turn; at least one call. */
  readonly sliceMs: number;
  readonly warmUp: WarmUp;
}

/** A busy machine spoils a round or two; the middle of five still stands. */
const roundsLeast = 5;

/** Nanoseconds a call, one entry per round; the two lists belong together entry by entry. */
export interface Turns {
  readonly ours: readonly number[];
  readonly theirs: readonly number[];
}

/**
 * Times two sides in turns: theirs, ours, theirs, ours. Whatever slows the machine for longer than a slice slows both,
 * so the ratio of a round stands even where its times do not.
 */
export async function takeTurns(options: TurnOptions): Promise<Turns> {
  const { ours, theirs, rounds, roundsMs, sliceMs } = options;
  const theirCalls = callsFor(sliceMs, await warmUp(theirs, options.warmUp));
  const ourCalls = callsFor(sliceMs, await warmUp(ours, options.warmUp));
  const turns: { ours: number[]; theirs: number[] } = { ours: [], theirs: [] };
  const until = process.hrtime.bigint() + BigInt(roundsMs) * 1_000_000n;
  for (let round = 0; round < rounds; round += 1) {
    if (round >= roundsLeast && process.hrtime.bigint() > until) break;
    turns.theirs.push(await takeTurn(theirs, theirCalls));
    turns.ours.push(await takeTurn(ours, ourCalls));
  }
  return turns;
}

/** A quarter of a slice goes before what is timed: caches, and garbage to be collected, are those of the other side. */
async function takeTurn(timed: Timed, calls: number): Promise<number> {
  const leadIn = Math.floor(calls / 4);
  if (leadIn > 0) await timed.run(leadIn);
  return timeOf(timed, calls);
}

/** Runs it until it gets no faster. Nanoseconds a call of its best portion. */
export async function warmUp(timed: Timed, { ms, msMax }: WarmUp): Promise<number> {
  let nsPerCall = await timeOf(timed, 1);
  let spentMs = nsPerCall / 1e6;
  let lastGainMs = spentMs;
  while (spentMs < msMax && (spentMs < ms || spentMs - lastGainMs < ms / 2)) {
    const calls = callsFor(ms / 8, nsPerCall);
    const ns = await timeOf(timed, calls);
    spentMs += (ns * calls) / 1e6;
    if (ns < nsPerCall * 0.95) lastGainMs = spentMs;
    nsPerCall = Math.min(ns, nsPerCall);
  }
  return nsPerCall;
}

/** Nanoseconds a call. */
export async function timeOf(timed: Timed, calls: number): Promise<number> {
  const started = process.hrtime.bigint();
  await timed.run(calls);
  return Number(process.hrtime.bigint() - started) / calls;
}

function callsFor(ms: number, nsPerCall: number): number {
  return Math.max(1, Math.round((ms * 1e6) / nsPerCall));
}
