import { parseArgs } from 'node:util';
import {
  type CustomerState,
  type DecideInput,
  type DecisionId,
  decide,
  defaultTenant,
  explain,
  type ModelSnapshot,
  type Rulebook,
} from '../engine/index.ts';
import { factsOf, largeCustomers, now, valuesSeen } from './decide/customers.ts';
import { bookWithoutActions, largeBook, placement, usualSize } from './decide/large-book.ts';
import { evidenceFor, modelsFor } from './decide/models.ts';
import { checkAgreement, ReferenceEngine } from './decide/reference.ts';
import { median } from './measure/statistics.ts';
import { type Timed, type TurnOptions, type Turns, takeTurns } from './measure/take-turns.ts';
import type { About, Figures, Measure } from './report/figures.ts';
import { ratioOf } from './report/ratio-of.ts';
import { measureTable } from './report/tables.ts';

const about: About = {
  question: 'What does one decision cost, all stages, the top 3 of 10 to 10,000 actions?',
  workload:
    '64 customers with 200 features and 20 contacts under 20 contact policies; conditions on those features in three tiers, of which 9 % of the actions pass all; propensities from tallies, in one row from models of 32 predictors',
  baseline:
    'json-rules-engine, which tells only whose engagement policies hold, from facts laid out before; and JSON.parse of the customer, which a service without a memory pays before it can begin',
  notMeasured: 'storage, HTTP, logs; the list of reasons where nobody reads it',
};
const sizes = [10, 100, 1_000, 10_000];
const customerCount = 64;
const agreedOn = 3;

type Effort = Omit<TurnOptions, 'ours' | 'theirs'>;
const thorough: Effort = { rounds: 9, roundsMs: 1_500, sliceMs: 30, warmUp: { ms: 200, msMax: 1_200 } };
const brief: Effort = { rounds: 5, roundsMs: 500, sliceMs: 10, warmUp: { ms: 60, msMax: 400 } };
/** Larger books take json-rules-engine seconds a decision, and are left to the thorough form. */
const briefActionsMax = 1_000;

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { json: { type: 'boolean' }, quick: { type: 'boolean' } } });
  const effort = values.quick ? brief : thorough;
  const bare = bookWithoutActions(usualSize);
  const seen = valuesSeen(largeCustomers(bare, customerCount), bare);
  const measures: Measure[] = [];
  for (const actions of sizes) {
    const isCompared = effort === thorough || actions <= briefActionsMax;
    measures.push(...(await measure(actions, seen, { effort, isCompared })));
    if (!values.json) process.stderr.write(`${actions} actions are measured\n`);
  }
  measures.push(await withModels(1_000, seen, effort));
  if (!values.json) process.stdout.write(`${measureTable(measures).join('\n')}\n`);
  process.stdout.write(`${JSON.stringify(figuresOf(measures))}\n`);
}

type Seen = ReturnType<typeof valuesSeen>;

async function measure(
  actions: number,
  seen: Seen,
  { effort, isCompared }: { readonly effort: Effort; readonly isCompared: boolean },
): Promise<readonly Measure[]> {
  const { rulebook, tiers } = largeBook({ actions, ...usualSize }, seen);
  const customers = largeCustomers(rulebook, customerCount);
  const model = evidenceFor(rulebook);
  const inputs = customers.map((state, number) => inputOf(state, number, { rulebook, model }));
  const ours = decideInTurn(inputs);
  const asked = inputs.map((input) => ({ ...input, explain: true }));
  const texts = customers.map((state) => JSON.stringify(state));
  const parse = await takeTurns({ ours, theirs: parseInTurn(texts), ...effort });
  const explained = await takeTurns({ ours: decideInTurn(asked), theirs: ours, ...effort });
  const read = await takeTurns({ ours: explainInTurn(asked), theirs: ours, ...effort });
  const name = `${actions.toLocaleString('en')} actions`;
  const isJudged = actions === 1_000;
  const measures = [
    faster(`${name}, JSON.parse's time by ours`, parse),
    slower(`${name}, explain on, by off`, explained, isJudged ? { most: 3 } : undefined),
    slower(`${name}, explain on and every reason read, by off`, read),
  ];
  if (!isCompared) return measures;
  const reference = new ReferenceEngine(
    tiers,
    customers.map((state) => factsOf(state, rulebook)),
  );
  await checkAgreement(reference, inputs.slice(0, agreedOn));
  const rules = await takeTurns({ ours, theirs: reference, ...effort });
  const target = isJudged ? { least: 2_000 } : undefined;
  return [faster(`${name}, json-rules-engine's time by ours`, rules, target), ...measures];
}

/** Every option is scored by its model and has a probability of its own. */
async function withModels(actions: number, seen: Seen, effort: Effort): Promise<Measure> {
  const { rulebook } = largeBook({ actions, ...usualSize, isWeighed: true }, seen);
  const customers = largeCustomers(rulebook, customerCount);
  const turn = (model: ModelSnapshot) =>
    decideInTurn(customers.map((state, number) => inputOf(state, number, { rulebook, model })));
  const ours = turn(modelsFor(rulebook, usualSize.features));
  const turns = await takeTurns({ ours, theirs: turn(evidenceFor(rulebook)), ...effort });
  return slower(`${actions.toLocaleString('en')} actions weighed, by models, by tallies alone`, turns);
}

function faster(name: string, { ours, theirs }: Turns, target?: Measure['target']): Measure {
  return { ...micros(name, { ours, theirs }), ratio: ratioOf(theirs, ours), ...(target && { target }) };
}

function slower(name: string, { ours, theirs }: Turns, target?: Measure['target']): Measure {
  return { ...micros(name, { ours, theirs }), ratio: ratioOf(ours, theirs), ...(target && { target }) };
}

function micros(name: string, { ours, theirs }: Turns): Omit<Measure, 'ratio'> {
  return { name, unit: 'us', ours: median(ours) / 1_000, theirs: median(theirs) / 1_000 };
}

function inputOf(
  state: CustomerState,
  number: number,
  { rulebook, model }: { readonly rulebook: Rulebook; readonly model: ModelSnapshot },
): DecideInput {
  return {
    ...{ id: `bench-${number}` as DecisionId, tenant: defaultTenant, customer: state.key },
    ...{ state, rulebook, model, now },
    cause: { kind: 'request', requestId: `bench-${number}` },
    ...{ seed: `bench-${number}`, placements: [placement], context: {}, explain: false },
    budgets: { left: () => Number.MAX_SAFE_INTEGER },
  };
}

function decideInTurn(inputs: readonly DecideInput[]): Timed {
  let next = 0;
  return {
    run: (calls) => {
      for (let call = 0; call < calls; call += 1) {
        decide(inputs[next] as DecideInput);
        next = (next + 1) % inputs.length;
      }
    },
  };
}

/** With the reason of every candidate, and the comparison that failed, in words. */
function explainInTurn(inputs: readonly DecideInput[]): Timed {
  let next = 0;
  return {
    run: (calls) => {
      for (let call = 0; call < calls; call += 1) {
        explain(decide(inputs[next] as DecideInput).decision);
        next = (next + 1) % inputs.length;
      }
    },
  };
}

function parseInTurn(texts: readonly string[]): Timed {
  let next = 0;
  return {
    run: (calls) => {
      for (let call = 0; call < calls; call += 1) {
        JSON.parse(texts[next] as string);
        next = (next + 1) % texts.length;
      }
    },
  };
}

/** `ratio` is that of json-rules-engine at 1,000 actions. */
function figuresOf(measures: readonly Measure[]): Figures {
  const judged = measures.find(({ target }) => target && 'least' in target);
  return { bench: 'decide', about, ...(judged?.ratio && { ratio: judged.ratio.median }), measures };
}

await main();
