/** The raw files of the coffee chain's app, read without the mapping file and the engine. */

const hour = 3_600_000;
const day = 24 * hour;
/** The file counts hours from an unnamed start. */
const start = Date.UTC(2018, 6, 1);

export interface Offer {
  readonly id: string;
  readonly kind: string;
  readonly channels: readonly string[];
  readonly durationMs: number;
  readonly difficulty: number;
  readonly reward: number;
}

/** What the file says happened to one customer, in its order. */
export interface Happened {
  readonly kind: string;
  readonly at: number;
  readonly offer?: string;
  readonly amount: number;
}

export function readOffer(line: string): Offer {
  const { id, offer_type, channels, duration, difficulty, reward } = JSON.parse(line);
  return { id, kind: offer_type, channels, durationMs: duration * day, difficulty, reward };
}

/** Adds one row of the transcript; the same row twice is one event. */
export function readHappened(line: string, history: Map<string, Happened[]>, seen: Set<string>): void {
  const { person, event, time, value } = JSON.parse(line);
  const offer = value['offer id'] ?? value.offer_id;
  const amount = Number(value.amount ?? 0);
  const identity = `${person}|${event}|${time}|${offer}|${value.amount}|${value.reward}`;
  if (seen.has(identity)) return;
  seen.add(identity);
  const row = { kind: event, at: start + time * hour, ...(offer !== undefined && { offer }), amount };
  const rows = history.get(person);
  if (rows) rows.push(row);
  else history.set(person, [row]);
}
