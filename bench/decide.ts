import { parseArgs } from 'node:util';
import {
  type CustomerState,
  type DecideInput,
  type DecisionId,
  decide,
  defaultTenant,
  type Rulebook,
  snapshotOf,
  type Tallies,
} from '../engine/index.ts';
import { factsOf, largeCustomers, now, valuesSeen } from './decide/customers.ts';
import { bookWithoutActions, largeBook, placement, usualSize } from './decide/large-book.ts';
import { checkAgreement, ReferenceEngine } from './decide/reference.ts';
import { Random } from './measure/random.ts';
import { median, type Spread, spread } from './measure/statistics.ts';
import { type Timed, type TurnOptions, takeTurns } from './measure/take-turns.ts';

/**
 * Question: what does one decision cost, all stages, top 3 of N actions, for a customer with 200 features and 20 contacts
 * under 20 contact policies?
 *
 * Baselines, in the same run and taking turns with ours: json-rules-engine, which tells only whose engagement policies
 * hold, from facts that are laid out before; and `JSON.parse` of the customer's state, which a service without a memory
 * pays before it can begin. Not measured: storage, HTTP, logging.
 */
const sizes = [10, 100, 1_000, 10_000];
const customerCount = 64;
const agreedOn = 3;

type Effort = Omit<TurnOptions, 'ours' | 'theirs'>;
const thorough: Effort = { rounds: 15, roundsMs: 12_000, sliceMs: 40, warmUp: { ms: 300, msMax: 3_000 } };
const brief: Effort = { rounds: 5, roundsMs: 2_000, sliceMs: 15, warmUp: { ms: 80, msMax: 600 } };

interface Row {
  readonly actions: number;
  readonly ns: number;
  readonly explainedNs: number;
  readonly referenceNs: number;
  readonly parseNs: number;
  /** Theirs divided by ours. */
  readonly ratio: Measured;
  readonly ratioToParse: Measured;
  /** With an explanation divided by without. */
  readonly explained: Measured;
}

interface Measured extends Spread {
  readonly median: number;
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { json: { type: 'boolean' }, quick: { type: 'boolean' } } });
  const effort = values.quick ? brief : thorough;
  const bare = bookWithoutActions(usualSize);
  const seen = valuesSeen(largeCustomers(bare, customerCount), bare);
  const rows: Row[] = [];
  for (const actions of sizes) {
    rows.push(await measure(actions, seen, effort));
    if (!values.json) process.stderr.write(`${actions} actions are measured\n`);
  }
  if (!values.json) process.stdout.write(toText(rows));
  process.stdout.write(`${JSON.stringify(toJson(rows))}\n`);
}

async function measure(actions: number, seen: ReturnType<typeof valuesSeen>, effort: Effort): Promise<Row> {
  const { rulebook, tiers } = largeBook({ actions, ...usualSize }, seen);
  const customers = largeCustomers(rulebook, customerCount);
  const inputs = customers.map((state, number) => inputOf(state, number, rulebook));
  const reference = new ReferenceEngine(
    tiers,
    customers.map((state) => factsOf(state, rulebook)),
  );
  await checkAgreement(reference, inputs.slice(0, agreedOn));
  const ours = decideInTurn(inputs);
  const explaining = decideInTurn(inputs.map((input) => ({ ...input, explain: true })));
  const texts = customers.map((state) => JSON.stringify(state));
  const rules = await takeTurns({ ours, theirs: reference, ...effort });
  const parse = await takeTurns({ ours, theirs: parseInTurn(texts), ...effort });
  const explained = await takeTurns({ ours, theirs: explaining, ...effort });
  return {
    actions,
    ns: median(rules.ours),
    explainedNs: median(explained.theirs),
    referenceNs: median(rules.theirs),
    parseNs: median(parse.theirs),
    ratio: ratioOf(rules),
    ratioToParse: ratioOf(parse),
    explained: ratioOf(explained),
  };
}

function ratioOf({ ours, theirs }: { readonly ours: readonly number[]; readonly theirs: readonly number[] }) {
  const ratios = theirs.map((time, round) => time / (ours[round] as number));
  return { median: median(ratios), ...spread(ratios) };
}

function inputOf(state: CustomerState, number: number, rulebook: Rulebook): DecideInput {
  return {
    ...{ id: `bench-${number}` as DecisionId, tenant: defaultTenant, customer: state.key },
    ...{ state, rulebook, model: evidenceFor(rulebook), now },
    cause: { kind: 'request', requestId: `bench-${number}` },
    ...{ seed: `bench-${number}`, placements: [placement], context: {}, explain: false },
    budgets: { left: () => Number.MAX_SAFE_INTEGER },
  };
}

const evidence = new WeakMap<Rulebook, DecideInput['model']>();

/** Every treatment was tried a few hundred times. */
function evidenceFor(rulebook: Rulebook): DecideInput['model'] {
  const known = evidence.get(rulebook);
  if (known) return known;
  const random = new Random(rulebook.actions.size);
  const tallies: Record<string, Tallies[string]> = {};
  for (const name of rulebook.actions.keys()) {
    const trials = random.between(50, 500);
    tallies[`${name}/card`] = [trials, random.between(0, Math.ceil(trials / 4))];
  }
  const model = snapshotOf(tallies);
  evidence.set(rulebook, model);
  return model;
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

function toText(rows: readonly Row[]): string {
  const lines = rows.map(
    ({ actions, ns, explainedNs, referenceNs, parseNs, ratio, ratioToParse, explained }) =>
      `${actions.toLocaleString('en').padStart(7)} actions: ${micros(ns)}, explained ${micros(explainedNs)} ` +
      `(${rangeOf(explained)}); json-rules-engine ${micros(referenceNs)} (${rangeOf(ratio)}); ` +
      `JSON.parse of the state ${micros(parseNs)} (${rangeOf(ratioToParse)})`,
  );
  return `${lines.join('\n')}\n`;
}

function micros(ns: number): string {
  return `${(ns / 1_000).toPrecision(3)} us`;
}

function rangeOf({ median: middle, low, high }: Measured): string {
  return `${middle.toPrecision(3)}x, 80 % of the rounds ${low.toPrecision(3)} .. ${high.toPrecision(3)}`;
}

/** `ratio` is that of 1,000 actions. */
function toJson(rows: readonly Row[]) {
  return {
    bench: 'decide',
    ratio: rows.find(({ actions }) => actions === 1_000)?.ratio.median,
    rows: rows.map((row) => ({
      actions: row.actions,
      ns: Math.round(row.ns),
      explained_ns: Math.round(row.explainedNs),
      json_rules_engine_ns: Math.round(row.referenceNs),
      json_parse_ns: Math.round(row.parseNs),
      ratio: row.ratio,
      ratio_json_parse: row.ratioToParse,
      ratio_explained: row.explained,
    })),
  };
}

await main();
