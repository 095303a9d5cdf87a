import { fork } from 'node:child_process';
import { availableParallelism } from 'node:os';
import type { JsonObject } from '../../engine/index.ts';
import { type Losses, shuffles } from './bandit/progressive-loss.ts';
import { DataFault } from './data/data-fault.ts';
import { namesWith } from './data/find-file.ts';

/**
 * Question: how soon do the models and the exploration find out what each context asks for? A classification set becomes a
 * bandit problem: every class is an action, drawn with the probability that would be logged, and only whether it was right
 * is learned. One configuration for all sets. Baselines: Beta-Thompson and naive Bayes with Thompson sampling on the same
 * feature ids, in the same run. The other sets of the folder are played too, and stay out of the mean.
 */
const benchmark = [
  'vehicle',
  'vowel',
  'segment',
  'mushroom',
  'nursery',
  'car',
  'kr.vs.kp',
  'page.blocks',
  'credit.g',
  'soybean',
  'pendigits',
  'waveform5000',
];
/** Sets whose classes are many or easily told apart, on which the identity link is looked at. */
const identitySets = ['letter', 'optdigits'];

interface Played {
  readonly name: string;
  readonly rows: number;
  readonly classes: number;
  readonly losses: Losses;
}

export async function evaluate(folder: string, tell: (line: string) => void): Promise<JsonObject> {
  const names = namesWith(folder, 'arff');
  if (names.length === 0) throw new DataFault(`no set (*.arff) in ${folder} or its folders dev and uci`);
  tell('set                rows  classes  ours    identity  beta-ts  nb-ts');
  const played = await playAll(folder, names, (set) => tell(lineOf(set)));
  const ofBenchmark = played.filter(({ name }) => benchmark.includes(name));
  const mean = meanOf(ofBenchmark);
  tell(`mean of ${ofBenchmark.length} sets of the benchmark: ${mean?.ours.toFixed(4) ?? '-'}`);
  return {
    evaluation: 'bandit',
    shuffles: shuffles.length,
    sets: Object.fromEntries(played.map((set) => [set.name, jsonOf(set)])),
    benchmark_sets: ofBenchmark.length,
    ...(mean && { mean: { ...mean } }),
  };
}

/** As many at a time as there are processors. In the order of their names. */
async function playAll(
  folder: string,
  names: readonly string[],
  tell: (set: Played) => void,
): Promise<readonly Played[]> {
  const waiting = [...names];
  const played: Played[] = [];
  const playNext = async (): Promise<void> => {
    for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
      const set = await playOne(folder, name);
      played.push(set);
      tell(set);
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, playNext));
  return played.sort((one, other) => (one.name < other.name ? -1 : 1));
}

function playOne(folder: string, name: string): Promise<Played> {
  return new Promise((resolve, reject) => {
    const asked = identitySets.includes(name) ? ['identity'] : [];
    // Processes, not threads: what runs TypeScript here is handed on to them.
    const child = fork(new URL('./bandit/play-set.ts', import.meta.url), [folder, name, ...asked]);
    child.once('message', (told: Played | { readonly fault: string }) =>
      'fault' in told ? reject(new DataFault(told.fault)) : resolve(told),
    );
    child.once('error', reject);
    child.once('exit', (code) => {
      if (code !== 0) reject(new Error(`playing ${name} ended with ${code}`));
    });
  });
}

function meanOf(sets: readonly Played[]): Losses | undefined {
  if (sets.length === 0) return undefined;
  const mean = (of: (losses: Losses) => number) =>
    sets.reduce((sum, { losses }) => sum + of(losses), 0) / sets.length;
  return {
    ours: mean(({ ours }) => ours),
    beta_thompson: mean(({ beta_thompson }) => beta_thompson),
    naive_bayes_thompson: mean(({ naive_bayes_thompson }) => naive_bayes_thompson),
  };
}

function lineOf({ name, rows, classes, losses }: Played): string {
  const figure = (loss: number | undefined, width: number) => (loss?.toFixed(4) ?? '-').padEnd(width);
  const { ours, identity, beta_thompson, naive_bayes_thompson } = losses;
  return [
    name.padEnd(16),
    String(rows).padStart(7),
    `  ${String(classes).padEnd(9)}`,
    figure(ours, 8),
    figure(identity, 10),
    figure(beta_thompson, 9),
    figure(naive_bayes_thompson, 0),
  ].join('');
}

function jsonOf({ rows, classes, losses }: Played): JsonObject {
  return { rows, classes, ...losses };
}
