import { expect, it } from 'vitest';
import {
  defaultTenant,
  type JsonObject,
  type LogMessage,
  type Partition,
  userKey,
} from '../../../engine/index.ts';
import { bookOf } from '../support/book.ts';
import { hour, noon, track } from '../support/events.ts';
import { received } from '../support/fold.ts';
import { SegmentLog } from '../support/segment-log.ts';

const ada = userKey('ada');
const book = bookOf(`
timeZone:
  default: UTC
  from: [overlay.crm.zone, last-zone, traits.zone]
  byJurisdiction: { JP: Asia/Tokyo }
jurisdiction: { from: [overlay.crm.country, traits.country] }
overlays: { crm: { attributes: { zone: text, country: text } } }
features:
  last-zone: { last: App Opened, of: context.timezone }
  visits: { count: Visit, within: today }
segments:
  evening: { when: { fact: now, operator: timeBetween, value: ["18:00", "22:00"] } }
  christmas: { when: { fact: traits.born, operator: weekdayIn, value: [fri] } }
  in-japan: { when: { fact: customer.jurisdiction, operator: equal, value: JP } }
  guessed: { when: { fact: customer.timeZoneFrom, operator: equal, value: default } }
  seen-today: { when: { fact: visits, operator: greaterThan, value: 0 } }
`);

function attributes(id: string, at: number, values: JsonObject, expiresAt: number): LogMessage {
  const home = { tenant: defaultTenant, partition: 0 as Partition };
  const state = { values, at, source: 'test', expiresAt };
  return { kind: 'attributes', id, ...home, receivedAt: at, key: ada, overlay: 'crm', state };
}

it('segments follow the customer to another zone or country, also when what told it expires', () => {
  const log = new SegmentLog(book);
  const messages = [
    received(track('Visit')),
    attributes('a', noon + hour, { zone: 'Asia/Kolkata', country: 'IN' }, noon + 2.3 * hour),
    attributes('b', noon + 3 * hour, { country: 'JP' }, noon + 9.1 * hour),
    received(track('App Opened', { timestamp: noon + 12 * hour, context: { timezone: 'America/Lima' } })),
    received(
      track('identify', {
        type: 'identify',
        timestamp: noon + 13 * hour,
        traits: { country: 'JP', born: '2026-01-15T23:30:00Z' },
      }),
    ),
    attributes('c', noon + 20 * hour, { zone: 'Pacific/Apia' }, noon + 20.5 * hour),
  ];
  const seen = new Set<string>();
  for (let at = noon; at < noon + 30 * hour; at += hour / 12) {
    log.passTime(at);
    for (const message of messages) if (message.receivedAt === at) log.fold(message);
    if (!log.states.has(ada)) continue;
    expect([at, log.kept(ada)]).toEqual([at, log.exact(ada, at)]);
    for (const name of log.kept(ada)) seen.add(name);
  }
  expect([...seen].sort()).toEqual(['christmas', 'evening', 'guessed', 'in-japan', 'seen-today']);
});
