import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { replayFile } from '../../../../adapters/cli/replay/replay.ts';
import type { Folder } from './kept.ts';
import { Kept, openFolder } from './kept.ts';

let folder: Folder;
let kept: Kept;

beforeEach(async () => {
  folder = await openFolder();
  kept = new Kept();
});

afterEach(() => folder.remove());

async function run(file: string, map: string, more: object = {}) {
  return replayFile({ file, map, sink: kept, notes: kept, ...more });
}

const offersMap = `
userId: person
event:
  column: event
  values: { offer viewed: Offer Viewed, transaction: Transaction }
timestamp: { column: time, unit: hours, from: 2026-01-01T00:00:00Z }
messageId: [person, event, time, value]
properties:
  offer: [value."offer id", value.offer_id]
  amount: { column: value.amount, type: number }
`;

describe('JSON lines', () => {
  test('become events, with columns below columns and names with spaces', async () => {
    const file = await folder.write(
      'offers.jsonl',
      [
        '{"person":"p1","event":"offer viewed","value":{"offer id":"o1"},"time":6}',
        '',
        '{"person":"p1","event":"transaction","value":{"amount":2.5},"time":7}',
      ].join('\n'),
    );
    const report = await run(file, await folder.write('map.yaml', offersMap));
    expect(report).toMatchObject({ rows: 2, events: 2, rejected: 0, complete: true });
    expect(kept.events).toMatchObject([
      { userId: 'p1', name: 'Offer Viewed', timestamp: Date.UTC(2026, 0, 1, 6), properties: { offer: 'o1' } },
      { userId: 'p1', name: 'Transaction', properties: { amount: 2.5 } },
    ]);
    expect(kept.receivedAt).toEqual(kept.events.map(({ timestamp }) => timestamp));
  });

  test('that say the same share a message id, whatever the order of their members', async () => {
    const file = await folder.write(
      'offers.json',
      [
        '{"person":"p1","event":"transaction","value":{"amount":1,"x":2},"time":7}',
        '{"time":7,"value":{"x":2,"amount":1},"event":"transaction","person":"p1"}',
        '{"person":"p1","event":"transaction","value":{"amount":1,"x":3},"time":7}',
      ].join('\n'),
    );
    await run(file, await folder.write('map.yaml', offersMap));
    const [first, second, third] = kept.events.map(({ messageId }) => messageId);
    expect(second).toBe(first);
    expect(third).not.toBe(first);
  });

  test('with an array give one event per element, which sees the columns of its row', async () => {
    const file = await folder.write(
      'sessions.jsonl',
      '{"session":7,"events":[{"aid":1,"ts":1000,"type":"clicks"},{"aid":2,"ts":2000,"type":"orders"}]}\n',
    );
    const map = await folder.write(
      'map.yaml',
      `each: events
anonymousId: session
event: { column: type, values: { clicks: Product Viewed }, otherwise: skip }
timestamp: { column: ts, unit: ms }
properties: { product: { column: aid, type: string } }`,
    );
    expect(await run(file, map)).toMatchObject({ rows: 1, events: 1, skipped: 1 });
    expect(kept.events).toMatchObject([
      { anonymousId: '7', name: 'Product Viewed', timestamp: 1_000, properties: { product: '1' } },
    ]);
    expect(kept.events[0]?.messageId).toMatch(/:1:0$/);
  });
});

const salesMap = `
userId: Customer
anonymousId: Invoice
event:
  column: Invoice
  values: { C*: Cancelled, '*': Bought }
timestamp: { column: Date, format: iso }
properties:
  quantity: { column: Quantity, type: number }
  revenue: { multiply: [Quantity, Price] }
  text: Text
  country: { value: UK }
`;
const salesHeader = 'Invoice,Quantity,Price,Date,Customer,Text';

describe('separated values', () => {
  test('become events; an empty user falls back to the anonymous id', async () => {
    const rows = ['1,6,2.55,2010-12-01T08:26:00Z,17850,"A ""B"", C"', 'C2,-1,4,2010-12-01T09:00:00Z,,'];
    const file = await folder.write('sales.csv', `\uFEFF${[salesHeader, ...rows].join('\r\n')}\r\n`);
    await run(file, await folder.write('map.yaml', salesMap));
    expect(kept.events).toMatchObject([
      {
        userId: '17850',
        name: 'Bought',
        properties: { quantity: 6, revenue: 15.3, text: 'A "B", C', country: 'UK' },
      },
      { anonymousId: 'C2', name: 'Cancelled', properties: { quantity: -1, revenue: -4 } },
    ]);
    expect(kept.events[0]).not.toHaveProperty('anonymousId');
    expect(kept.events[1]).not.toHaveProperty('userId');
    expect(kept.events[1]?.properties).not.toHaveProperty('text');
  });

  test('may hold line breaks inside quotes; line numbers stay those of the file', async () => {
    const rows = ['1,1,1,2010-12-01,a,"two\nlines"', '2,x,1,2010-12-01,a,bad'];
    const file = await folder.write('sales.csv', [salesHeader, ...rows].join('\n'));
    const report = await run(file, await folder.write('map.yaml', salesMap));
    expect(kept.events).toMatchObject([{ properties: { text: 'two\nlines' } }]);
    expect(report.rejections).toEqual([{ line: 4, reason: 'found "x" for quantity, expected a number' }]);
  });

  test('are read the same when they are compressed', async () => {
    const rows = Array.from(
      { length: 3_000 },
      (_, index) => `${index},1,${index},2010-12-01,c${index % 7},t`,
    );
    const content = [salesHeader, ...rows].join('\n');
    const map = await folder.write('map.yaml', salesMap);
    await run(await folder.write('plain.csv', content), map);
    const plain = kept.events.map(({ messageId: _, ...event }) => event);
    kept = new Kept();
    const fractions: number[] = [];
    await run(await folder.write('packed.csv.gz', content), map, {
      onProgress: (progress: { bytesRead: number; bytesTotal: number }) => {
        fractions.push(progress.bytesRead / progress.bytesTotal);
      },
    });
    expect(kept.events.map(({ messageId: _, ...event }) => event)).toEqual(plain);
    expect(fractions.at(-1)).toBe(1);
  });

  test('without a header get their columns from the map; white space separates in text files', async () => {
    const file = await folder.write('sales.txt', ' 00001 19970101  1   11.77\n 00002 19970112  5   77.00\n');
    const map = await folder.write(
      'map.yaml',
      `columns: [customer, date, quantity, amount]
userId: customer
event: Order Completed
timestamp: { column: date, format: yyyymmdd }
where: { column: customer, notIn: ['00002'] }
properties: { revenue: { column: amount, type: number } }`,
    );
    expect(await run(file, map)).toMatchObject({ rows: 2, events: 1, skipped: 1 });
    expect(kept.events).toMatchObject([
      { userId: '00001', timestamp: Date.UTC(1997, 0, 1), properties: { revenue: 11.77 } },
    ]);
  });

  test('with a column that the map misspells are refused at the place in the map', async () => {
    const file = await folder.write('sales.csv', `${salesHeader}\n`);
    const map = await folder.write('map.yaml', salesMap.replace('userId: Customer', 'userId: Custmer'));
    await expect(run(file, map)).rejects.toThrow(
      /map\.yaml:2:9 found the column "Custmer".*did you mean "Customer"\?/,
    );
  });
});

test('counts rejected rows, tells the first twenty with line and reason, and sends the others', async () => {
  const rows = Array.from({ length: 30 }, (_, index) => `${index},1,1,not a date,a,t`);
  const file = await folder.write(
    'sales.csv',
    [salesHeader, '1,1,1,2010-12-01', ...rows, '9,1,1,2010-12-01,a,t'].join('\n'),
  );
  const report = await run(file, await folder.write('map.yaml', salesMap));
  expect(report).toMatchObject({ rows: 32, events: 1, rejected: 31 });
  expect(report.rejections).toHaveLength(20);
  expect(report.rejections[0]).toEqual({ line: 2, reason: 'found 4 columns, expected 6' });
  expect(report.rejections[1]).toEqual({
    line: 3,
    reason: 'found "not a date" in the column Date, expected a time in the format iso',
  });
});

test('rejects rows that are no JSON, have no id, or an unknown kind of event', async () => {
  const file = await folder.write(
    'offers.jsonl',
    [
      '{"person":',
      '[1]',
      '{"person":"","event":"transaction","time":1}',
      '{"person":"p","event":"gift","time":1}',
    ].join('\n'),
  );
  const report = await run(file, await folder.write('map.yaml', offersMap));
  expect(report.events).toBe(0);
  expect(report.rejections.map(({ line, reason }) => `${line} ${reason}`)).toEqual([
    expect.stringMatching(/^1 it is not JSON/),
    '2 expected a JSON object',
    expect.stringMatching(/^3 userId: expected a userId or an anonymousId/),
    '4 found "gift" in the column event, which the map does not know',
  ]);
});

test.each([
  ['a lone quote', `${salesHeader}\n1,1,1,2010-12-01,a,"never closed\n`, /line 2.*quote is never closed/],
  ['rows with reserved names', undefined, /line 1.*__proto__/],
])('tells %s', async (_, csv, expected) => {
  const file =
    csv === undefined
      ? await folder.write(
          'e.jsonl',
          '{"person":"p","event":"transaction","time":1,"value":{"offer_id":{"__proto__":1}}}',
        )
      : await folder.write('e.csv', csv);
  const report = await run(file, await folder.write('map.yaml', csv === undefined ? offersMap : salesMap));
  expect(report.rejections.map(({ line, reason }) => `line ${line} ${reason}`).join()).toMatch(expected);
});

test('refuses a file that is cut short inside gzip, and one that is not there', async () => {
  const { readFile, writeFile } = await import('node:fs/promises');
  const rows = Array.from({ length: 2_000 }, (_, index) => `${index},1,${index * 7},2010-12-01,c${index},t`);
  const file = await folder.write('cut.csv.gz', [salesHeader, ...rows].join('\n'));
  const bytes = await readFile(file);
  await writeFile(file, bytes.subarray(0, bytes.length / 2));
  const map = await folder.write('map.yaml', salesMap);
  await expect(run(file, map)).rejects.toMatchObject({ code: 'NB_INVALID_INPUT' });
  await expect(run('/nowhere/at/all.csv', map)).rejects.toMatchObject({ code: 'NB_INVALID_INPUT' });
  await expect(run(file, '/nowhere/at/all.yaml')).rejects.toMatchObject({ code: 'NB_CONFIG' });
});

describe('a replay that was interrupted', () => {
  const rows = Array.from({ length: 95 }, (_, index) => `${index},1,1,2010-12-01,c${index},t`);

  async function files() {
    const file = await folder.write('sales.csv', [salesHeader, ...rows].join('\n'));
    return { file, map: await folder.write('map.yaml', salesMap) };
  }

  test('goes on after the last durable batch, in order, without a gap', async () => {
    const { file, map } = await files();
    kept.failAfter = 4;
    await expect(run(file, map, { batchSize: 10 })).rejects.toThrow('the log is gone');
    kept.failAfter = Number.POSITIVE_INFINITY;
    const report = await run(file, map, { batchSize: 10 });
    expect(report).toMatchObject({
      resumedAfterLine: 41,
      rows: 95,
      events: 95,
      eventsSent: 55,
      complete: true,
    });
    expect(kept.events.map(({ userId }) => userId)).toEqual(rows.map((_, index) => `c${index}`));
    expect(new Set(kept.events.map(({ messageId }) => messageId)).size).toBe(95);
  });

  test('by a limit or a signal goes on with the same call', async () => {
    const { file, map } = await files();
    expect(await run(file, map, { batchSize: 10, limit: 33 })).toMatchObject({ complete: false, events: 33 });
    expect(await run(file, map, { signal: AbortSignal.abort() })).toMatchObject({
      complete: false,
      eventsSent: 0,
    });
    expect(await run(file, map)).toMatchObject({ complete: true, resumedAfterLine: 34, eventsSent: 62 });
    expect(kept.events.map(({ userId }) => userId)).toEqual(rows.map((_, index) => `c${index}`));
  });

  test('does nothing more once it is complete, until the file or the map changes', async () => {
    const { file, map } = await files();
    await run(file, map);
    expect(await run(file, map)).toMatchObject({ alreadyComplete: true, eventsSent: 0, events: 95 });
    expect(kept.events).toHaveLength(95);
    const other = await folder.write('other.yaml', `${salesMap}# the same, in other words\n`);
    expect(await run(file, other)).toMatchObject({ alreadyComplete: false, eventsSent: 95 });
    expect(kept.events[95]?.messageId).toBe(kept.events[0]?.messageId);
  });

  test('notes no position inside a row whose elements did not all leave', async () => {
    const events = Array.from({ length: 50 }, (_, index) => ({ ts: index }));
    const file = await folder.write('long.jsonl', `${JSON.stringify({ s: 1, events })}\n`);
    const map = await folder.write(
      'map.yaml',
      'each: events\nuserId: s\nevent: Seen\ntimestamp: { column: ts, unit: ms }',
    );
    kept.failAfter = 1;
    await expect(run(file, map, { batchSize: 10 })).rejects.toThrow('the log is gone');
    expect(kept.notes.size).toBe(0);
    kept.failAfter = Number.POSITIVE_INFINITY;
    expect(await run(file, map, { batchSize: 10 })).toMatchObject({ events: 50, complete: true });
    expect(kept.events).toHaveLength(70);
    expect(new Set(kept.events.map(({ messageId }) => messageId)).size).toBe(50);
  });
});
