import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type Happened, type Offer, readHappened } from '../../bench/verify/coffee-file.ts';
import { PolicyCheck } from '../../bench/verify/offer-policies.ts';
import { coffeeHistory } from './support/coffee-history.ts';
import { openPlace, projectFolder } from './support/place.ts';
import { replayArguments, summaryOf } from './support/replay-command.ts';

/** The ten offers: kind, days, difficulty, reward, channels. */
const offers = new Map(
  [
    ['ae264e3637204a6fb9bb56bc8210ddfd', 'bogo', 7, 10, 10, 'email mobile social'],
    ['4d5c57ea9a6940dd891ad53e9dbe8da0', 'bogo', 5, 10, 10, 'web email mobile social'],
    ['3f207df678b143eea3cee63160fa8bed', 'informational', 4, 0, 0, 'web email mobile'],
    ['9b98b8c7a33c4b65b9aebfe6a799e6d9', 'bogo', 7, 5, 5, 'web email mobile'],
    ['0b1e1539f2cc45b7b9fa7c272da2e1d7', 'discount', 10, 20, 5, 'web email'],
    ['2298d6c36e964ae4a3e7e9706d1fb8c2', 'discount', 7, 7, 3, 'web email mobile social'],
    ['fafdcd668e3743c1bb461111dcafc2a4', 'discount', 10, 10, 2, 'web email mobile social'],
    ['5a8bc65990b245e5a138643cd4eb9837', 'informational', 3, 0, 0, 'email mobile social'],
    ['f19421c1d4aa40978ebb69ca19b0e20d', 'bogo', 5, 5, 5, 'web email mobile social'],
    ['2906b810c7d4411798c6938adc9daaa5', 'discount', 7, 10, 2, 'web email mobile'],
  ].map(([id, kind, days, difficulty, reward, channels]): [string, Offer] => [
    String(id),
    {
      id: String(id),
      kind: String(kind),
      channels: String(channels).split(' '),
      durationMs: Number(days) * 86_400_000,
      difficulty: Number(difficulty),
      reward: Number(reward),
    },
  ]),
);

test('a replay writes its decisions into a file, and none of them breaks a policy of the offers', async () => {
  const history = coffeeHistory({ seed: 20_180_702, rows: 3_000, offers: [...offers.keys()] });
  const place = await openPlace();
  const file = await place.write('history.jsonl', history.text);
  const dump = join(place.folder, 'decisions.jsonl');
  const args = replayArguments(file, `${projectFolder}/bench/rulebooks/starbucks-offers`);
  const summary = summaryOf(await place.run([...args, '--memory', '--dump-decisions', dump]));

  const happened = new Map<string, Happened[]>();
  const seen = new Set<string>();
  for (const line of linesOf(history.text)) readHappened(line, happened, seen);
  const check = new PolicyCheck(offers, happened);
  for (const line of linesOf(await readFile(dump, 'utf8'))) check.take(line);
  const verdict = check.verdict();

  const counts = Object.values(summary.decisionsByAction);
  expect(verdict).toMatchObject({
    broken: {},
    told: [],
    decisions: counts.reduce((sum, count) => sum + count, 0),
  });
  expect(verdict.sent).toBe(verdict.decisions - Number(summary.decisionsByAction['(none)']));
  expect(verdict.sent).toBeGreaterThan(100);
  expect(Object.keys(verdict.byOffer)).toHaveLength(10);
});

function linesOf(text: string): readonly string[] {
  return text.split('\n').filter((line) => line !== '');
}
