import type { Guesses, JurisdictionRules, ZoneRules } from '../model/quiet-hours.ts';
import { jurisdictionName } from '../rules/names.ts';

/** What is known of where a customer is, and what told it: the name of a fact, or `default`. */
export interface Guess {
  readonly value: string;
  readonly from: string;
}

interface WhereaboutsRules {
  readonly timeZones: ZoneRules;
  readonly jurisdictions: JurisdictionRules;
}

type Read = (fact: Guesses[number]) => unknown;

/** The first sound name of a time zone among the declared places; then the zone of the jurisdiction; then the book's. */
export function zoneGuess(rules: WhereaboutsRules, read: Read): Guess {
  const { from, byJurisdiction, fallback, has } = rules.timeZones;
  for (const fact of from) {
    const told = read(fact);
    if (typeof told === 'string' && has(told)) return { value: told, from: fact.name };
  }
  const place = byJurisdiction.size > 0 ? jurisdictionGuess(rules, read)?.value : undefined;
  const zone = place && (byJurisdiction.get(place) ?? byJurisdiction.get(countryOf(place)));
  return zone ? { value: zone, from: 'customer.jurisdiction' } : { value: fallback, from: 'default' };
}

/** The first sound code of a country, or of a part of one; undefined where nothing is told and the book assumes nothing. */
export function jurisdictionGuess(
  { jurisdictions: { from, fallback } }: Pick<WhereaboutsRules, 'jurisdictions'>,
  read: Read,
): Guess | undefined {
  for (const fact of from) {
    const told = read(fact);
    const code = typeof told === 'string' ? told.trim().toUpperCase() : '';
    if (jurisdictionName.test(code)) return { value: code, from: fact.name };
  }
  return fallback === undefined ? undefined : { value: fallback, from: 'default' };
}

export function countryOf(jurisdiction: string): string {
  return jurisdiction.slice(0, 2);
}

/**
 * Whether a customer may be in one of these places. Somebody of whom only the country is known may be in any part of it,
 * and somebody of whom nothing is known may be anywhere.
 */
export function mayBeIn(jurisdictions: readonly string[], jurisdiction: string | undefined): boolean {
  if (jurisdictions.length === 0 || jurisdiction === undefined) return true;
  const country = countryOf(jurisdiction);
  return jurisdictions.some(
    (place) =>
      place === jurisdiction ||
      place === country ||
      (jurisdiction === country && countryOf(place) === country),
  );
}
