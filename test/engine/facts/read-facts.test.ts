import { describe, expect, it } from 'vitest';
import { readFacts } from '../../../engine/facts/read-facts.ts';
import { emptyProfile, type JsonObject, type Profile, userKey } from '../../../engine/index.ts';
import { bookOf } from '../support/book.ts';
import { noon } from '../support/events.ts';

/** The value of one fact of a book that is written for a shop in Oslo. */
function read(
  fact: string,
  scope: {
    readonly profiles?: readonly Profile[];
    readonly context?: JsonObject;
    readonly now?: number;
  } = {},
  settings = 'timeZone: Europe/Oslo',
): unknown {
  const book = bookOf(`
${settings}
channels: { web: { direction: pull } }
placements: { hero: { channel: web, fallback: {} } }
---
action: hello
group: service
eligibility: { fact: ${fact}, operator: equal, value: 1 }
treatments: { t: { channel: web } }
`);
  const values = readFacts(book, { key: userKey('ada'), profiles: [], context: {}, now: noon, ...scope });
  return values[book.facts.findIndex(({ name }) => name === fact)];
}

const told = (traits: Profile['traits']): Profile => ({ ...emptyProfile, traits });

describe('the time zone of a customer', () => {
  it('is what they told, else what the request brings, else that of the book, else UTC', () => {
    const context = { timezone: 'America/Lima' };
    const profiles = [told({ timezone: ['Asia/Tokyo', 1] })];
    expect(read('customer.timeZone', { profiles, context })).toBe('Asia/Tokyo');
    expect(read('customer.timeZone', { context })).toBe('America/Lima');
    expect(read('customer.timeZone')).toBe('Europe/Oslo');
    expect(read('customer.timeZone', {}, '')).toBe('UTC');
  });

  it('is the first of them that exists', () => {
    const profiles = [told({ timeZone: ['Asia/Tokio', 1], timezone: [7, 1] })];
    const context = { timeZone: '+02:00', timezone: 'America/Lima' };
    expect(read('customer.timeZone', { profiles, context })).toBe('America/Lima');
    expect(read('customer.timeZone', { profiles, context: { timeZone: ['Asia/Tokyo'] } })).toBe(
      'Europe/Oslo',
    );
  });

  it('is the newest that any of their ids told', () => {
    const profiles = [told({ timeZone: ['Asia/Tokyo', 1] }), told({ timeZone: ['Asia/Seoul', 2] })];
    expect(read('customer.timeZone', { profiles })).toBe('Asia/Seoul');
  });
});

describe('declared guesses', () => {
  const settings = `
timeZone:
  default: Europe/Oslo
  from: [traits.address.zone, last.zone, overlay.crm.zone, context.tz]
  byJurisdiction: { PT: Europe/Lisbon, PT-20: Atlantic/Azores }
jurisdiction: { from: [traits.address.country, overlay.postcodes.country, context.geo.country], default: PT-20 }
features: { last.zone: { last: App Opened, of: context.timezone } }
overlays:
  crm: { attributes: { zone: text }, expires: 30d }
  postcodes: { key: traits.postcode, attributes: { country: text } }`;
  const place = (fact: string, scope: Parameters<typeof read>[1] = {}) => read(fact, scope, settings);
  const address = (zone: string, country: string) => [told({ address: [{ zone, country }, 1] })];

  it('are believed in their order, and say where the answer comes from', () => {
    const profiles = address('Asia/Tokyo', 'jp');
    expect(place('customer.timeZone', { profiles })).toBe('Asia/Tokyo');
    expect(place('customer.timeZoneFrom', { profiles })).toBe('traits.address.zone');
    expect(place('customer.jurisdiction', { profiles })).toBe('JP');
    expect(place('customer.jurisdictionFrom', { profiles })).toBe('traits.address.country');
    const context = { tz: 'America/Lima', geo: { country: 'PE' } };
    expect(place('customer.timeZoneFrom', { context })).toBe('context.tz');
    expect(place('customer.jurisdiction', { context })).toBe('PE');
  });

  it('read overlays while they count', () => {
    const crm = { values: { zone: 'Asia/Seoul' }, at: noon, source: 'file', expiresAt: noon + 10 };
    const profiles = [{ ...emptyProfile, overlays: { crm } }];
    expect(place('customer.timeZone', { profiles, now: noon })).toBe('Asia/Seoul');
    expect(place('customer.timeZone', { profiles, now: noon + 10 })).toBe('Atlantic/Azores');
  });

  it('that are wrong are passed over: then the jurisdiction tells the zone, its part before the country', () => {
    const profiles = address('Asia/Tokio', 'Portugal');
    expect(place('customer.jurisdiction', { profiles })).toBe('PT-20');
    expect(place('customer.jurisdictionFrom', { profiles })).toBe('default');
    expect(place('customer.timeZone', { profiles })).toBe('Atlantic/Azores');
    expect(place('customer.timeZoneFrom', { profiles })).toBe('customer.jurisdiction');
    const zone = (country: string) => place('customer.timeZone', { profiles: address('', country) });
    expect(zone('PT')).toBe('Europe/Lisbon');
    expect(zone('pt-30')).toBe('Europe/Lisbon');
    expect(zone('DE')).toBe('Europe/Oslo');
    expect(place('customer.timeZoneFrom', { profiles: address('', 'DE') })).toBe('default');
  });

  it('without a declaration are the trait and the context of that name, and nothing is assumed', () => {
    expect(read('customer.jurisdiction')).toBe(undefined);
    expect(read('customer.jurisdictionFrom')).toBe(undefined);
    expect(read('customer.jurisdiction', { context: { country: 'se' } })).toBe('SE');
    expect(read('customer.timeZoneFrom', { context: { timezone: 'America/Lima' } })).toBe('context.timezone');
  });
});

it('`now` is the moment of the decision', () => {
  expect(read('now', { now: noon + 1 })).toBe(noon + 1);
});
