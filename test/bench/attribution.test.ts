import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { evaluate } from '../../bench/evaluate/attribution.ts';

const folders: string[] = [];

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

const offers = [
  { id: 'ten', duration: 2 },
  { id: 'news', duration: 4 },
];

type Line = readonly [event: string, hours: number, value: object, person?: string];

async function evaluated(lines: readonly Line[]) {
  const folder = mkdtempSync(join(tmpdir(), 'nextbest-attribution-'));
  folders.push(folder);
  const events = lines.map(([event, time, value, person = 'ada']) => ({ person, event, value, time }));
  writeFileSync(join(folder, 'starbucks_portfolio.json'), linesOf(offers));
  writeFileSync(join(folder, 'starbucks_transcript.json'), linesOf(events));
  return evaluate(folder, () => undefined);
}

function linesOf(values: readonly object[]): string {
  return `${values.map((value) => JSON.stringify(value)).join('\n')}\n\n`;
}

const sent = (offer: string, hours: number): Line => ['offer received', hours, { 'offer id': offer }];
const viewed = (offer: string, hours: number): Line => ['offer viewed', hours, { 'offer id': offer }];
const completed = (offer: string, hours: number): Line => [
  'offer completed',
  hours,
  { offer_id: offer, reward: 5 },
];

describe('the evaluation of attribution', () => {
  it('asks whether the last sending was in time, and viewed by then', async () => {
    const found = await evaluated([
      ...[sent('ten', 0), viewed('ten', 6), completed('ten', 48)],
      // Viewed too late, though in the same hour is in time.
      ...[sent('ten', 100), completed('ten', 110), viewed('ten', 110)],
      ...[sent('ten', 200), completed('ten', 210), viewed('ten', 211)],
      // An earlier sending was viewed, the last one was not; and once the time was over.
      ...[sent('ten', 300), viewed('ten', 301), sent('ten', 310), completed('ten', 311)],
      ...[sent('news', 400), viewed('news', 401), completed('news', 497)],
    ]);
    expect(found).toMatchObject({ completions: 5, in_window: 4, viewed: 2, unviewed: 2, violations: 0 });
  });

  it('learns from views alone, by the last sending that was viewed', async () => {
    const found = await evaluated([
      ...[sent('ten', 0), viewed('ten', 6), completed('ten', 12)],
      ...[sent('ten', 100), completed('ten', 110)],
      ...[sent('news', 300), viewed('news', 301), sent('news', 310), completed('news', 311)],
      sent('ten', 400),
    ]);
    expect(found).toMatchObject({ learning: { trials: 2, successes: 2, shown: 2, converted: 2 } });
  });

  it('shares out every purchase exactly, and passes by what it does not know', async () => {
    const found = await evaluated([
      ...[sent('ten', 0), sent('news', 3), sent('ten', 5)],
      ['transaction', 6, { amount: 10.01 }],
      ['transaction', 7, { amount: 0.1 }, 'bob'],
      ['coupon printed', 8, {}],
      completed('gone', 9),
    ]);
    expect(found).toMatchObject({
      ...{ completions: 1, in_window: 0, violations: 0 },
      purchases: {
        linear: { outcomes: 2, credited: 3, attributed: 1_001, unattributed: 10, violations: 0 },
        lastTouch: { credited: 1, attributed: 1_001, unattributed: 10 },
      },
    });
  });
});
