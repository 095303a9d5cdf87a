import type { Json } from '../../../engine/index.ts';
import { noAction } from '../../../engine/learning/uplift.ts';
import { type LoggedTrial, sharesOf, type TrialDecision } from './logged-trial.ts';

/** One line of the transcript of a coffee chain's app. */
export interface TranscriptLine {
  readonly person: string;
  readonly event: string;
  /** Hours since the start. */
  readonly time: number;
  readonly value: Readonly<Record<string, string | number>>;
}

export interface ProfileLine {
  readonly id: string;
  readonly gender: string | null;
  /** 118 where it is not known. */
  readonly age: number;
  readonly income: number | null;
  /** yyyymmdd. */
  readonly became_member_on: string | number;
}

export interface PortfolioLine {
  readonly id: string;
  readonly offer_type: string;
}

/** A purchase in the hour of the wave or within so many hours behind it is a success. */
const successHours = 72;
const unknownAge = 118;

/** What is known of a person before a wave. */
export const offerPredictors = [
  'age',
  'gender',
  'income',
  'member since',
  'hours since purchase',
  'purchases a day',
  'mean amount',
  'last offer',
  'share viewed',
  'share completed',
] as const;

/**
 * The decisions behind the transcript: in every wave every person got one of the offers or none, by lot. The probabilities of
 * the lot are the shares of the file itself. Lines that come twice are one event; contexts are made of what happened before the
 * hour of the wave alone.
 */
export function readOfferTrial(
  transcript: readonly TranscriptLine[],
  profiles: readonly ProfileLine[],
  portfolio: readonly PortfolioLine[],
): LoggedTrial {
  const actions = [noAction, ...portfolio.map(({ id }) => id)];
  const kinds = new Map(portfolio.map(({ id, offer_type }) => [id, offer_type]));
  const waves = wavesOf(transcript);
  const events = eventsByPerson(transcript);
  const decisions: TrialDecision[] = [];
  profiles.forEach((profile, person) => {
    const history = events.get(profile.id) ?? [];
    for (const wave of waves) {
      const offer = history.find(({ event, time }) => event === 'offer received' && time === wave);
      const action = offer ? actions.indexOf(offerOf(offer)) : 0;
      if (action < 0) continue;
      const values = [...profileValues(profile), ...historyValues(history, wave, kinds)];
      decisions.push({ person, values, action, reward: buysWithin(history, wave) ? 1 : 0 });
    }
  });
  return {
    names: offerPredictors,
    actions,
    propensities: sharesOf(actions.length, decisions),
    decisions,
  };
}

/** Hours in which offers were sent. */
function wavesOf(transcript: readonly TranscriptLine[]): readonly number[] {
  const hours = new Set<number>();
  for (const { event, time } of transcript) if (event === 'offer received') hours.add(time);
  return [...hours].sort((left, right) => left - right);
}

function eventsByPerson(
  transcript: readonly TranscriptLine[],
): ReadonlyMap<string, readonly TranscriptLine[]> {
  const events = new Map<string, TranscriptLine[]>();
  const seen = new Set<string>();
  for (const line of transcript) {
    const identity = JSON.stringify([line.person, line.event, line.time, Object.entries(line.value).sort()]);
    if (seen.has(identity)) continue;
    seen.add(identity);
    const before = events.get(line.person);
    if (before) before.push(line);
    else events.set(line.person, [line]);
  }
  for (const lines of events.values()) lines.sort((left, right) => left.time - right.time);
  return events;
}

function offerOf({ value }: TranscriptLine): string {
  return String(value['offer id'] ?? value.offer_id);
}

function buysWithin(history: readonly TranscriptLine[], wave: number): boolean {
  return history.some(
    ({ event, time }) => event === 'transaction' && time >= wave && time <= wave + successHours,
  );
}

function profileValues({ age, gender, income, became_member_on }: ProfileLine): readonly Json[] {
  return [age === unknownAge ? null : age, gender, income, Number(became_member_on)];
}

function historyValues(
  history: readonly TranscriptLine[],
  wave: number,
  kinds: ReadonlyMap<string, string>,
): readonly Json[] {
  const before = history.filter(({ time }) => time < wave);
  const purchases = before.filter(({ event }) => event === 'transaction');
  const offers = before.filter(({ event }) => event === 'offer received');
  const views = before.filter(({ event }) => event === 'offer viewed');
  const completions = before.filter(({ event }) => event === 'offer completed');
  const spent = purchases.reduce((sum, { value }) => sum + Number(value.amount ?? 0), 0);
  const offer = offers.at(-1);
  return [
    hoursSince(purchases.at(-1), wave),
    wave > 0 ? (purchases.length * 24) / wave : null,
    purchases.length > 0 ? spent / purchases.length : null,
    offer ? (kinds.get(offerOf(offer)) ?? null) : null,
    offers.length > 0 ? views.length / offers.length : null,
    offers.length > 0 ? completions.length / offers.length : null,
  ];
}

function hoursSince(line: TranscriptLine | undefined, wave: number): number | null {
  return line ? wave - line.time : null;
}
