import { differencesOf, expectedOf } from './compare-round.ts';
import type { Written } from './random-conditions.ts';
import type { Facts } from './random-facts.ts';
import type { Round } from './round.ts';

/** A round with a difference, made smaller for as long as the difference stays: what is left is what it hangs on. */
export async function smallestRound(round: Round): Promise<Round> {
  let smallest = round;
  for (let smaller = await firstThatDiffers(smallest); smaller; smaller = await firstThatDiffers(smallest)) {
    smallest = smaller;
  }
  return smallest;
}

async function firstThatDiffers(round: Round): Promise<Round | undefined> {
  for (const smaller of simplerRounds(round)) {
    if (differencesOf(smaller, await expectedOf(smaller)).length > 0) return smaller;
  }
  return undefined;
}

function* simplerRounds(round: Round): Generator<Round> {
  for (const conditions of fewer(round.conditions)) if (conditions.length > 0) yield { ...round, conditions };
  for (const facts of fewer(round.facts)) if (facts.length > 0) yield { ...round, facts };
  if (round.conditions.length > 1 || round.facts.length > 1) return;
  for (const [name, condition] of Object.entries(round.named)) {
    const nothing = { all: [] };
    if (condition.all === undefined || (condition.all as readonly Written[]).length > 0) {
      yield { ...round, named: { ...round.named, [name]: nothing } };
    }
  }
  const [condition = {}] = round.conditions;
  const [facts = {}] = round.facts;
  for (const simpler of simplerConditions(condition)) {
    // A root that json-rules-engine takes.
    yield { ...round, conditions: ['fact' in simpler ? { all: [simpler] } : simpler] };
  }
  for (const name of Object.keys(facts)) yield { ...round, facts: [without(facts, name)] };
}

/** Each single one, each half, all but one. */
function* fewer<T>(list: readonly T[]): Generator<readonly T[]> {
  if (list.length < 2) return;
  for (const entry of list) yield [entry];
  const half = list.length >> 1;
  yield list.slice(half);
  yield list.slice(0, half);
  for (const index of list.keys()) yield list.toSpliced(index, 1);
}

function* simplerConditions(condition: Written): Generator<Written> {
  for (const note of ['priority', 'name']) if (note in condition) yield without(condition, note);
  for (const kind of ['all', 'any'] as const) {
    const children = condition[kind] as readonly Written[] | undefined;
    if (!children) continue;
    if (children.length > 1 || !children.every((child) => 'fact' in child)) yield* children;
    for (const [index, child] of children.entries()) {
      if (children.length > 1) yield { ...condition, [kind]: children.toSpliced(index, 1) };
      for (const simpler of simplerConditions(child)) {
        yield { ...condition, [kind]: children.with(index, simpler) };
      }
    }
  }
  if (condition.not !== undefined) {
    const child = condition.not as Written;
    yield child;
    for (const simpler of simplerConditions(child)) yield { ...condition, not: simpler };
  }
}

function without<T extends Written | Facts>(map: T, name: string): T {
  return Object.fromEntries(Object.entries(map).filter(([key]) => key !== name)) as T;
}
