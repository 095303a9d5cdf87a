import { randomInt } from 'node:crypto';
import { inspect, parseArgs } from 'node:util';
import { type Difference, differencesOf, expectedOf } from './compare-round.ts';
import { pairsOfRound, type Round, randomRound } from './round.ts';
import { smallestRound } from './smallest-round.ts';

/**
 * Compares our evaluators with json-rules-engine for as long as is asked:
 *
 *     npx tsx test/engine/rules/reference/compare.ts [--runs 1000000] [--seed S] [--from ROUND]
 *
 * `--runs` counts pairs of a condition and a fact set. The same seed gives the same pairs; `--from` skips the rounds
 * before the one in question. Ends with 1 at the first round that has a difference, and prints what it hangs on.
 */
async function main(): Promise<number> {
  const { values } = parseArgs({
    options: { runs: { type: 'string' }, seed: { type: 'string' }, from: { type: 'string' } },
  });
  const runs = Number(values.runs ?? 1_000_000);
  const seed = Number(values.seed ?? randomInt(2 ** 31));
  const first = Number(values.from ?? 0);
  const rounds = Math.ceil(runs / pairsOfRound);
  console.log(`seed ${seed}: ${rounds} rounds of ${pairsOfRound} pairs, from round ${first}`);
  const verdicts = new Map<string, number>();
  for (let number = first; number < first + rounds; number += 1) {
    const round = randomRound(seed, number);
    const expected = await expectedOf(round);
    const [difference] = differencesOf(round, expected);
    if (difference) {
      await report(round, difference, `seed ${seed}, round ${number}`);
      return 1;
    }
    for (const verdict of expected.flat()) {
      verdicts.set(String(verdict), (verdicts.get(String(verdict)) ?? 0) + 1);
    }
    const done = number - first + 1;
    if (done % 50 === 0 || done === rounds) {
      console.log(`${done * pairsOfRound} pairs, no difference; ${inWords(verdicts)}`);
    }
  }
  return 0;
}

/** `true 40 %, false 52 %, undefined 8 %`: a comparison that hardly ever meets one of them says little. */
function inWords(verdicts: ReadonlyMap<string, number>): string {
  const total = [...verdicts.values()].reduce((sum, count) => sum + count, 0);
  return [...verdicts]
    .map(([verdict, count]) => `${verdict} ${((100 * count) / total).toFixed(1)} %`)
    .join(', ');
}

async function report(round: Round, difference: Difference, where: string): Promise<void> {
  const show = (value: unknown) => inspect(value, { depth: null, breakLength: 120 });
  console.log(`${where}: a difference\n${show(difference)}`);
  console.log(`condition ${show(round.conditions[difference.condition])}`);
  console.log(`facts ${show(round.facts[difference.facts])}`);
  console.log(`the smallest that differs:\n${show(await smallestRound(round))}`);
}

process.exitCode = await main();
