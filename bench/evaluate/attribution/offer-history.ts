import type { Touch } from '../../../engine/index.ts';
import { readJsonLines } from '../data/read-json-lines.ts';

/** What became of offers that were sent to people: an event of the transcript, its time in ms. */
export interface OfferEvent {
  readonly kind: 'received' | 'viewed' | 'completed' | 'bought';
  readonly person: string;
  readonly at: number;
  /** Of a purchase: none. */
  readonly offer?: string;
  /** In whole cents; 0 where none is told. */
  readonly cents: number;
}

export interface OfferHistory {
  /** By time, at one moment in the order of the file. */
  readonly events: readonly OfferEvent[];
  /** How long an offer is good for, by its id; in ms. */
  readonly windows: ReadonlyMap<string, number>;
}

interface TranscriptLine {
  readonly person: string;
  readonly event: string;
  /** Hours. */
  readonly time: number;
  readonly value: Readonly<Record<string, string | number>>;
}

const hourMs = 3_600_000;
const kinds: Readonly<Record<string, OfferEvent['kind']>> = {
  'offer received': 'received',
  'offer viewed': 'viewed',
  'offer completed': 'completed',
  transaction: 'bought',
};

export function readHistory(folder: string): OfferHistory {
  const offers = readJsonLines<{ readonly id: string; readonly duration: number }>(
    folder,
    'starbucks_portfolio.json',
  );
  const lines = readJsonLines<TranscriptLine>(folder, 'starbucks_transcript.json');
  return {
    events: lines.flatMap(eventOf).sort((one, other) => one.at - other.at),
    windows: new Map(offers.map(({ id, duration }) => [id, windowMsOf(duration)])),
  };
}

/** Times are hours rounded down, so what is good for two days is good through the whole of the 48th hour behind it. */
function windowMsOf(days: number): number {
  return (days * 24 + 1) * hourMs;
}

function eventOf({ person, event, time, value }: TranscriptLine): readonly OfferEvent[] {
  const kind = kinds[event];
  if (kind === undefined) return [];
  const { 'offer id': sent, offer_id: offer = sent, amount, reward } = value;
  const cents = Math.round(Number(amount ?? reward ?? 0) * 100);
  return [{ kind, person, at: time * hourMs, cents, ...(offer !== undefined && { offer: String(offer) }) }];
}

/** A sending of an offer, and when it was viewed first before the same offer was sent anew. */
export interface Sending extends Touch {
  readonly offer: string;
}

/** Sendings by person, in the order of their times. */
export function sendingsOf(events: readonly OfferEvent[]): ReadonlyMap<string, readonly Sending[]> {
  const byPerson = new Map<string, { offer: string; at: number; viewedAt?: number }[]>();
  for (const { kind, person, offer, at } of events) {
    if (offer === undefined) continue;
    const sendings = byPerson.get(person) ?? [];
    byPerson.set(person, sendings);
    if (kind === 'received') sendings.push({ offer, at });
    else if (kind === 'viewed') {
      const last = sendings.findLast((sending) => sending.offer === offer);
      if (last && last.viewedAt === undefined) last.viewedAt = at;
    }
  }
  return byPerson;
}
