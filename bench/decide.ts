import { Engine } from 'json-rules-engine';
import { loadRulebook } from '../adapters/rule-files/load-rulebook.ts';
import { openLibraries } from '../adapters/wiring/libraries.ts';
import type { CustomerState } from '../engine/index.ts';
import {
  type Condition,
  type DecideInput,
  type DecisionId,
  decide,
  defaultTenant,
  emptyModel,
  featuresOf,
  foldCustomer,
  isJsonObject,
  type Json,
  operators,
  type Partition,
  profilesOf,
  type Rulebook,
  userKey,
} from '../engine/index.ts';
import { median, spread } from './measure/statistics.ts';
import { takeTurns } from './measure/take-turns.ts';

/**
 * Question: what does one decision cost, all stages, against json-rules-engine doing the engagement policy alone?
 * Workload: the sample rulebook, its home page, a customer with 60 events. Baseline: json-rules-engine 7 on the same
 * conditions and the same fact values, in the same run, the two taking turns. Not measured: storage, HTTP, logging.
 */
const placement = 'home-hero';
const rounds = 31;

async function main(): Promise<void> {
  const rulebook = await loadSample();
  const state = customerWithHistory(rulebook);
  const input = requestOf(rulebook, state);
  const engine = referenceOf(rulebook);
  const facts = referenceFacts(rulebook, state);
  const { ours, theirs } = await takeTurns({
    ours: { run: (calls) => decideAgainAndAgain(calls, input) },
    theirs: { run: (calls) => runAgainAndAgain(calls, engine, facts) },
    rounds,
    roundsMs: 60_000,
    sliceMs: 20,
    warmUp: { ms: 300, msMax: 2_000 },
  });
  const ratios = ours.map((time, round) => (theirs[round] as number) / time);
  report({ rulebook, ours: median(ours) / 1_000, theirs: median(theirs) / 1_000, ratios });
}

async function loadSample(): Promise<Rulebook> {
  const folder = new URL('../rules', import.meta.url).pathname;
  const { rulebook } = await loadRulebook({ folder, libraries: openLibraries() });
  if (!rulebook) throw new Error('the sample rulebook is not valid: run nextbest check');
  return rulebook;
}

const now = Date.UTC(2026, 10, 20, 12);

function customerWithHistory(rulebook: Rulebook): CustomerState {
  const key = userKey('bench');
  const names = ['Product Viewed', 'Product Added', 'Order Completed', 'Email Opened'];
  let state: CustomerState | undefined;
  for (let index = 0; index < 60; index += 1) {
    const timestamp = now - (60 - index) * 3_600_000;
    const properties = { category: 'tents', revenue: 40, price: 12 };
    const name = names[index % names.length] as string;
    const event = {
      messageId: `m${index}`,
      type: 'track' as const,
      userId: 'bench',
      name,
      timestamp,
      properties,
    };
    const message = {
      kind: 'event' as const,
      id: `e:m${index}`,
      tenant: defaultTenant,
      partition: 0 as Partition,
      receivedAt: timestamp,
      key,
      event,
    };
    const context = {
      tenant: defaultTenant,
      partition: 0 as Partition,
      partitions: 1,
      rulebook: { ...rulebook, triggersByEvent: new Map() },
      model: emptyModel,
      budgets: { left: () => 0 },
    };
    state = foldCustomer(state, message, context).state;
  }
  return state as CustomerState;
}

function requestOf(rulebook: Rulebook, state: CustomerState): DecideInput {
  return {
    id: 'bench' as DecisionId,
    tenant: defaultTenant,
    customer: state.key,
    state,
    rulebook: { ...rulebook, experiments: [] },
    model: emptyModel,
    cause: { kind: 'request', requestId: 'bench' },
    seed: 'bench',
    now,
    placements: [placement],
    context: {},
    explain: false,
    budgets: { left: () => Number.MAX_SAFE_INTEGER },
  };
}

/** One rule for each condition of each candidate. */
function referenceOf(rulebook: Rulebook): Engine {
  const engine = new Engine([], { allowUndefinedFacts: true });
  const candidates = rulebook.placements.get(placement)?.candidates ?? [];
  for (const { action } of candidates) {
    for (const condition of [action.eligibility, action.applicability, action.suitability]) {
      if (condition)
        engine.addRule({ conditions: topLevel(condition) as never, event: { type: action.name } });
    }
  }
  return engine;
}

/** The reference wants a group at the top, and knows no shared conditions of ours. */
function topLevel(condition: Condition): Json {
  return { all: [inlined(condition.source)] };
}

const standIn: Json = { fact: 'orders.count', operator: 'greaterThanInclusive', value: 1 };

/** Shared conditions, and operators the reference does not have, become a comparison that costs it no more. */
function inlined(source: Json): Json {
  if (Array.isArray(source)) return source.map(inlined);
  if (!isJsonObject(source)) return source;
  const operator = String(source.operator).split(':').at(-1) ?? '';
  if (Object.hasOwn(source, 'condition') || operators.get(operator)?.reference === false) return standIn;
  return Object.fromEntries(Object.entries(source).map(([name, value]) => [name, inlined(value ?? null)]));
}

function referenceFacts(rulebook: Rulebook, state: CustomerState): Record<string, Json> {
  return { ...featuresOf(profilesOf(state), rulebook, now), 'customer.known': true };
}

function decideAgainAndAgain(calls: number, input: DecideInput): void {
  for (let call = 0; call < calls; call += 1) decide(input);
}

async function runAgainAndAgain(
  calls: number,
  engine: Engine,
  facts: Readonly<Record<string, Json>>,
): Promise<void> {
  for (let call = 0; call < calls; call += 1) await engine.run(facts);
}

function report(result: {
  readonly rulebook: Rulebook;
  readonly ours: number;
  readonly theirs: number;
  readonly ratios: readonly number[];
}): void {
  const { rulebook, ours, theirs, ratios } = result;
  const ratio = median(ratios);
  const { low, high } = spread(ratios);
  const candidates = rulebook.placements.get(placement)?.candidates.length ?? 0;
  process.stdout.write(
    [
      `One decision over ${candidates} candidate actions, all stages: ${ours.toFixed(1)} us`,
      `json-rules-engine on their conditions alone: ${theirs.toFixed(1)} us`,
      `Ratio ${ratio.toFixed(1)} (80 % of ${rounds} rounds within ${low.toFixed(1)} .. ${high.toFixed(1)})`,
      JSON.stringify({
        bench: 'decide',
        candidates,
        nextbest_us: ours,
        json_rules_engine_us: theirs,
        ratio,
        low,
        high,
      }),
      '',
    ].join('\n'),
  );
}

await main();
