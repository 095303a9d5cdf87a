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

it('`now` is the moment of the decision', () => {
  expect(read('now', { now: noon + 1 })).toBe(noon + 1);
});
