import { decideDegraded } from '../../engine/decide/decide-degraded.ts';
import {
  type BudgetView,
  type CustomerKey,
  canonicalJson,
  type DecideInput,
  type DecideResult,
  type DecisionCause,
  type DecisionId,
  decide,
  defaultTenant,
  type ModelSnapshot,
  type Rulebook,
} from '../../engine/index.ts';
import type { Libraries } from '../../engine/ports.ts';
import type { CaseAnswer, CaseFile, DecisionCase } from './case-format.ts';
import { ada, documentOf, foldHistory, timeOf, touchpointOf } from './fold-history.ts';
import { openBook } from './open-book.ts';

/** What one case came to. */
export interface CaseRun {
  readonly answer: CaseAnswer;
  /** The whole decision with all that it adds to the customer, as canonical JSON: what two hosts of the engine compare. */
  readonly bytes: string;
}

/** Runs the cases of one file; books are compiled once. */
export function openCases(file: CaseFile, libraries: Libraries): (one: DecisionCase) => CaseRun {
  const books = new Map<string, Rulebook>();
  return (one) => {
    const key = JSON.stringify(one.book);
    const rulebook = books.get(key) ?? openBook(file, one.book, libraries);
    books.set(key, rulebook);
    const result = decideCase(inputOf(rulebook, one), one);
    return { answer: answerOf(result), bytes: canonicalJson(result) };
  };
}

function decideCase(input: DecideInput, { ask }: DecisionCase): DecideResult {
  if (ask.degraded !== true) return decide(input);
  return { decision: decideDegraded(input), contacts: [], spends: [] };
}

function inputOf(rulebook: Rulebook, one: DecisionCase): DecideInput {
  const { ask, arms, facts } = one;
  const states = foldHistory(rulebook, one.history ?? []);
  const presented = (ask.customer ?? ada) as CustomerKey;
  const customer = documentOf(states, presented);
  const now = timeOf(one.at);
  return {
    id: 'now' as DecisionId,
    tenant: defaultTenant,
    customer,
    presentedAs: presented,
    state: states.get(customer),
    rulebook,
    model: modelOf(one.learned ?? {}),
    cause: causeOf(one),
    seed: one.seed ?? 'seed',
    now,
    placements: ask.placements,
    context: ask.context ?? {},
    ...(ask.event && { event: touchpointOf(ask.event, { at: now, number: 0 }) }),
    ...(ask.limit !== undefined && { limit: ask.limit }),
    explain: ask.explain ?? false,
    budgets: budgetsOf(rulebook, one.budgets ?? {}),
    ...(arms && { arms: new Map(Object.entries(arms)) }),
    ...(facts && { overrides: new Map(Object.entries(facts)) }),
  };
}

function causeOf({ ask }: DecisionCase): DecisionCause {
  const { trigger, since } = ask;
  if (trigger === undefined) return { kind: 'request', requestId: 'now' };
  return {
    kind: 'trigger',
    trigger,
    messageId: 'm0',
    ...(since !== undefined && { since: timeOf(since) }),
  };
}

function modelOf(learned: NonNullable<DecisionCase['learned']>): ModelSnapshot {
  const tallies = Object.values(learned);
  return { version: tallies.flat().reduce((sum, count) => sum + count, 0), tallies: learned };
}

function budgetsOf(rulebook: Rulebook, left: NonNullable<DecisionCase['budgets']>): BudgetView {
  for (const name of Object.keys(left))
    if (!rulebook.budgets.has(name)) throw new Error(`there is no budget ${name}`);
  return {
    left: (name) => {
      const rest = left[name];
      if (rest === undefined) return Number.MAX_SAFE_INTEGER;
      return rulebook.budgets.get(name)?.unit === 'cost' ? Math.round(rest * 1_000_000) : rest;
    },
  };
}

function answerOf({ decision, spends }: DecideResult): CaseAnswer {
  const { placements, arms, customer, presentedAs, putOffUntil } = decision;
  return {
    placements: placements.map(({ placement, treatments, fallback, reasons }) => ({
      placement,
      treatments,
      ...(fallback && { fallback }),
      reasons,
    })),
    arms: Object.fromEntries(arms.map(({ experiment, arm }) => [experiment, arm])),
    spends: Object.fromEntries(spends.map(({ budget, amount }) => [budget, amount])),
    ...(presentedAs !== undefined && { customer }),
    ...(putOffUntil !== undefined && { putOffUntil: new Date(putOffUntil).toISOString() }),
  };
}
