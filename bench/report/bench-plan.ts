import { readdirSync } from 'node:fs';

/** How a benchmark runs when all of them do. */
export interface PlannedBench {
  readonly name: string;
  readonly form: Form;
  /** It is ended and counts as failed beyond this, and what those before it left of theirs. */
  readonly budgetMs: number;
}

export type Form = 'full' | 'quick';

/** All together have to be done within this, the build not counted. */
export const budgetMsMax = 14.5 * 60_000;

const usual = { form: 'full', budgetMs: 90_000 } as const;

/** Where the full form does not fit, the quick one runs. */
const unusual: Readonly<Record<string, Omit<PlannedBench, 'name'>>> = {
  audit: { form: 'quick', budgetMs: 75_000 },
  capacity: { form: 'quick', budgetMs: 60_000 },
  decide: { form: 'full', budgetMs: 110_000 },
  learning: { form: 'full', budgetMs: 30_000 },
  memory: { form: 'quick', budgetMs: 60_000 },
  overshoot: { form: 'quick', budgetMs: 60_000 },
  reload: { form: 'full', budgetMs: 75_000 },
  rules: { form: 'quick', budgetMs: 75_000 },
  http: { form: 'full', budgetMs: 150_000 },
  scale: { form: 'full', budgetMs: 80_000 },
  'state-size': { form: 'full', budgetMs: 20_000 },
  stream: { form: 'full', budgetMs: 75_000 },
};

/** Not one of all: it runs for half an hour. */
const apart = ['soak'];

const here = new URL('../', import.meta.url);

/** Every benchmark that can be asked for by name, in the order of the alphabet. */
export function benchNames(folder: URL = here): readonly string[] {
  return readdirSync(folder)
    .filter((entry) => entry.endsWith('.ts') && entry !== 'run.ts')
    .map((entry) => entry.slice(0, -'.ts'.length))
    .sort();
}

/** What runs when all do. */
export function plannedBenches(names: readonly string[]): readonly PlannedBench[] {
  return names.filter((name) => !apart.includes(name)).map((name) => ({ name, ...(unusual[name] ?? usual) }));
}
