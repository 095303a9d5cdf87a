import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { limits } from '../../../engine/limits.ts';
import {
  inspectJson,
  type ReadTouchpointOptions,
  readInstant,
  readTouchpoint,
} from '../../../engine/model/read-touchpoint.ts';

const noon = Date.UTC(2026, 2, 1, 12);
const options: ReadTouchpointOptions = { receivedAt: noon, messageId: () => 'made-up', pointer: '' };

function faultsOf(body: unknown, changes: Partial<ReadTouchpointOptions> = {}) {
  const reading = readTouchpoint(body, { ...options, ...changes });
  return 'faults' in reading ? reading.faults : [];
}

function eventOf(body: unknown, changes: Partial<ReadTouchpointOptions> = {}) {
  const reading = readTouchpoint(body, { ...options, ...changes });
  if ('faults' in reading) throw new Error(JSON.stringify(reading.faults));
  return reading.event;
}

const viewed = { type: 'track', event: 'Product Viewed', userId: 'u1' };

describe('readTouchpoint', () => {
  it('takes a tracked event as the SDKs send it and ignores what the spec does not name', () => {
    const body = {
      ...viewed,
      messageId: 'm1',
      anonymousId: null,
      timestamp: '2026-03-01T11:59:00.000Z',
      integrations: {},
    };
    expect(eventOf({ ...body, properties: { sku: 'A1' }, context: { ip: '::1' } })).toEqual({
      messageId: 'm1',
      type: 'track',
      userId: 'u1',
      name: 'Product Viewed',
      timestamp: noon - 60_000,
      properties: { sku: 'A1' },
      context: { ip: '::1' },
    });
  });

  it('makes up a message id only when there is none', () => {
    expect(eventOf(viewed).messageId).toBe('made-up');
    expect(eventOf({ ...viewed, messageId: '' }).messageId).toBe('made-up');
    const never = () => {
      throw new Error('asked for an id');
    };
    expect(eventOf({ ...viewed, messageId: 'm1' }, { messageId: never }).messageId).toBe('m1');
  });

  it('takes a numeric id as its digits, unless the number was rounded already', () => {
    expect(eventOf({ ...viewed, userId: 42 }).userId).toBe('42');
    expect(faultsOf({ ...viewed, userId: 2 ** 60 })).toMatchObject([{ pointer: '/userId' }]);
  });

  it('keeps page names, categories and group ids among the properties', () => {
    const page = eventOf({ type: 'page', anonymousId: 'v', name: 'Home', category: 'Shop' });
    expect(page).toMatchObject({ name: 'page', properties: { name: 'Home', category: 'Shop' } });
    const group = eventOf({ type: 'group', userId: 'u', groupId: 7, traits: { plan: 'pro' } });
    expect(group).toMatchObject({ name: 'group', properties: { groupId: '7' }, traits: { plan: 'pro' } });
  });

  it('asks an alias for both ids', () => {
    expect(eventOf({ type: 'alias', userId: 'u', previousId: 'v' })).toMatchObject({ previousId: 'v' });
    expect(faultsOf({ type: 'alias', anonymousId: 'v' })).toMatchObject([
      { pointer: '/userId' },
      { pointer: '/previousId' },
    ]);
  });

  it.each([
    ['no body at all', undefined, ''],
    ['a body that is an array', [], ''],
    ['a missing id', { type: 'track', event: 'x' }, '/userId'],
    ['an id that is empty', { type: 'track', event: 'x', userId: '' }, '/userId'],
    ['an id of the wrong type', { ...viewed, userId: { $ne: null } }, '/userId'],
    ['an id that is too long', { ...viewed, userId: 'x'.repeat(limits.idLengthMax + 1) }, '/userId'],
    ['an event without a name', { type: 'track', userId: 'u' }, '/event'],
    ['a name that is too long', { ...viewed, event: 'x'.repeat(limits.eventNameLengthMax + 1) }, '/event'],
    ['what only the engine tells', { ...viewed, event: 'Segment Entered' }, '/event'],
    ['an unknown type', { ...viewed, type: 'tracked' }, '/type'],
    ['properties that are no object', { ...viewed, properties: [1] }, '/properties'],
    ['a time that is none', { ...viewed, timestamp: 'yesterday' }, '/timestamp'],
    ['a 31st of February', { ...viewed, timestamp: '2026-02-31' }, '/timestamp'],
    [
      'a number beyond a double',
      JSON.parse('{"type":"track","event":"x","userId":"u","properties":{"n":1e999}}'),
      '/properties/n',
    ],
    ['a NUL character', { ...viewed, properties: { text: 'a\u0000b' } }, '/properties/text'],
    ['half a surrogate pair', { ...viewed, properties: { text: 'a\ud800b' } }, '/properties/text'],
    ['half a surrogate pair in a key', { ...viewed, properties: { '\udc00': 1 } }, '/properties/\udc00'],
    [
      'a __proto__ key',
      JSON.parse('{"type":"track","event":"x","userId":"u","context":{"a":[{"__proto__":1}]}}'),
      '/context/a/0/__proto__',
    ],
    ['a constructor key', { ...viewed, constructor: 1 }, '/constructor'],
    ['a prototype key', { ...viewed, properties: { prototype: 1 } }, '/properties/prototype'],
  ])('refuses %s and points at it', (_case, body, pointer) => {
    const [fault, ...others] = faultsOf(body);
    expect(others).toEqual([]);
    expect(fault).toMatchObject({ pointer, code: 'NB_INVALID_INPUT' });
    expect(fault?.detail).toMatch(/^expected .+, found /);
  });

  it('says everything that is wrong at once, under the pointer of the event in its batch', () => {
    const body = { type: 'track', properties: 3, timestamp: {}, traits: 'x' };
    const pointers = faultsOf(body, { pointer: '/batch/4' }).map(({ pointer }) => pointer);
    expect(pointers.sort()).toEqual(
      ['event', 'properties', 'timestamp', 'traits', 'userId'].map((name) => `/batch/4/${name}`),
    );
  });

  it('refuses a body whose type is not what the address says', () => {
    expect(faultsOf(viewed, { type: 'identify' })).toMatchObject([{ pointer: '/type' }]);
    expect(eventOf({ event: 'x', userId: 'u' }, { type: 'track' }).type).toBe('track');
  });

  it('takes 32 levels of nesting and 256 keys, and not one more', () => {
    const nested = (levels: number): unknown => (levels === 0 ? 1 : [nested(levels - 1)]);
    // The event and its properties are two levels.
    expect(faultsOf({ ...viewed, properties: { deep: nested(limits.jsonDepthMax - 2) } })).toEqual([]);
    expect(faultsOf({ ...viewed, properties: { deep: nested(limits.jsonDepthMax - 1) } })).toMatchObject([
      { detail: 'expected at most 32 levels of nesting, found more' },
    ]);
    const wide = (keys: number) =>
      Object.fromEntries(Array.from({ length: keys }, (_, index) => [`k${index}`, 1]));
    expect(faultsOf({ ...viewed, properties: wide(limits.jsonKeysMax) })).toEqual([]);
    expect(faultsOf({ ...viewed, properties: wide(limits.jsonKeysMax + 1) })).toMatchObject([
      { pointer: '/properties' },
    ]);
  });

  it('refuses 40 KB with a code of its own', () => {
    const faults = faultsOf({ ...viewed, properties: { text: 'x'.repeat(40 * 1024) } });
    expect(faults).toMatchObject([{ pointer: '', code: 'NB_EVENT_TOO_LARGE' }]);
  });

  it('corrects the time by the error of the client clock, as far as it can be told', () => {
    const hourFast = { timestamp: '2026-03-01T12:50:00Z', sentAt: '2026-03-01T13:00:00Z' };
    expect(eventOf({ ...viewed, ...hourFast }).timestamp).toBe(noon - 10 * 60_000);
    const batchSentAt = '2026-03-01T13:00:00Z';
    expect(eventOf({ ...viewed, timestamp: '2026-03-01T12:50:00Z' }, { sentAt: batchSentAt }).timestamp).toBe(
      noon - 10 * 60_000,
    );
    const relayed = { timestamp: '2026-03-01T11:00:00Z', originalTimestamp: '2026-03-01T12:50:00Z' };
    expect(eventOf({ ...viewed, ...relayed }).timestamp).toBe(noon - 60 * 60_000);
    expect(eventOf({ ...viewed, ...relayed }, { sentAt: batchSentAt }).timestamp).toBe(noon - 10 * 60_000);
    expect(eventOf(viewed).timestamp).toBe(noon);
  });

  it('refuses times out of range with a code of their own', () => {
    const late = faultsOf({ ...viewed, timestamp: '2016-03-01T12:00:00Z' });
    expect(late).toMatchObject([{ pointer: '/timestamp', code: 'NB_EVENT_TIME' }]);
    const early = faultsOf({ ...viewed, originalTimestamp: '2026-03-01T12:06:00Z' });
    expect(early).toMatchObject([{ pointer: '/originalTimestamp', code: 'NB_EVENT_TIME' }]);
    expect(faultsOf({ ...viewed, timestamp: noon / 1_000 })[0]?.detail).toContain('numbers are milliseconds');
    expect(faultsOf({ ...viewed, timestamp: '2026-03-01T12:04:59Z' })).toEqual([]);
  });

  it('reads or refuses whatever JSON there is, and never throws', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), fc.constantFrom('track', 'alias', 'page'), (value, type) => {
        const body = typeof value === 'object' && value !== null ? { type, ...value } : value;
        const reading = readTouchpoint(body, options);
        if ('faults' in reading) expect(reading.faults.length).toBeGreaterThan(0);
        else expect(reading.event.timestamp).toBeTypeOf('number');
      }),
    );
  });
});

describe('inspectJson', () => {
  it('measures the size of compact JSON in UTF-8', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5, stringUnit: 'binary' }), (value) => {
        const { bytes, faults } = inspectJson(value, '');
        // -0 is the one number that JSON writes differently from String.
        if (faults.length === 0) expect(bytes).toBe(Buffer.byteLength(JSON.stringify(value)));
      }),
    );
  });
});

describe('readInstant', () => {
  it('agrees with the platform on every instant that it writes', () => {
    const range = { min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true };
    fc.assert(
      fc.property(fc.date(range), (date) => {
        expect(readInstant(date.toISOString())).toBe(date.getTime());
      }),
    );
  });

  it.each([
    ['2026-03-01', '2026-03-01T00:00:00Z'],
    ['2026-03-01T12:00', '2026-03-01T12:00:00Z'],
    ['2026-03-01 12:00:00', '2026-03-01T12:00:00Z'],
    ['2026-03-01T12:00:00.123456789Z', '2026-03-01T12:00:00.123Z'],
    ['2026-03-01T12:00:00+02:00', '2026-03-01T10:00:00Z'],
    ['2026-03-01T12:00:00-0330', '2026-03-01T15:30:00Z'],
    ['2024-02-29', '2024-02-29T00:00:00Z'],
  ])('reads %s, and takes a time without a zone for UTC', (written, same) => {
    expect(readInstant(written)).toBe(Date.parse(same));
  });

  it.each([
    '',
    'now',
    '2026-13-01',
    '2025-02-29',
    '2026-03-01T24:00:00Z',
    '2026-03-01T12:60:00Z',
    '1e3',
    {},
    null,
    Number.NaN,
  ])('takes %j for no instant', (written) => {
    expect(readInstant(written)).toBeUndefined();
  });
});
