import type { DecideInput } from '../decide/decide-input.ts';
import { readFacts } from '../facts/read-facts.ts';
import { limits } from '../limits.ts';
import type { ConditionTree, FactOperand, TestNode } from '../model/condition.ts';
import { newCustomerState } from '../model/customer-state.ts';
import type { Alteration } from '../model/explanation.ts';
import type { Json } from '../model/json.ts';
import type { FactSource, Rulebook } from '../model/rulebook.ts';
import { factDomains } from '../rules/meaning/fact-domain.ts';
import { repairFacts } from '../rules/meaning/repair-facts.ts';
import { courseOfCondition } from '../segments/condition-course.ts';
import { recheckAt } from '../segments/test-course.ts';
import { factScopeOf } from './alter-input.ts';

/**
 * The fewest facts that would have to be others for all conditions to hold. Where that takes another time as well, those
 * with which they hold but for their tests of the time. None in an empty list: nothing was found.
 */
export function factRemedy(input: DecideInput, conditions: readonly ConditionTree[]): readonly Alteration[] {
  const { rulebook } = input;
  const facts = readFacts(rulebook, factScopeOf(input));
  const rules = {
    domains: factDomains(rulebook.features, rulebook.overlays),
    mayChange: (fact: FactOperand) => isOfCustomer(fact, rulebook),
  };
  const repairs =
    repairFacts(conditions, facts, rules) ??
    repairFacts(conditions, facts, { ...rules, isLeftOut: readsTime });
  return (repairs ?? []).map(({ fact, from, to }) => ({
    kind: 'fact',
    fact: fact.read.name,
    ...(fact.path !== undefined && fact.path.length > 0 && { path: fact.path }),
    ...(from !== undefined && { from: from as Json }),
    ...(to !== undefined && { to: to as Json }),
  }));
}

function readsTime({ left, reads }: TestNode): boolean {
  return left.read.kind === 'now' || reads.some(({ kind }) => kind === 'now');
}

/** The time is changed by asking at another one; who the customer is, and what was before an event, is not changed. */
function isOfCustomer({ read: { name, kind } }: FactOperand, rulebook: Rulebook): boolean {
  if (kind === 'now' || kind === 'before' || name === 'customer.key') return false;
  return rulebook.facts.some((fact) => fact.name === name);
}

/** The next moment at which a condition holds by itself, if nothing happens; undefined when none is found. */
export function opensAt(input: DecideInput, condition: ConditionTree): number | undefined {
  const { rulebook } = input;
  const course = courseOfCondition(condition, { ...rulebook, sourceOf: (name) => sourceOf(rulebook, name) });
  const state = input.state ?? newCustomerState(input.customer);
  let at: number | undefined = input.now;
  for (let look = 0; course && look < limits.openingsLookedAtMax && at !== undefined; look += 1) {
    const scope = { ...factScopeOf(input), now: at };
    const facts = readFacts(rulebook, scope);
    if (look > 0 && condition.test(facts) === true) return at;
    const view = {
      state,
      at,
      facts,
      profiles: scope.profiles,
      ...(input.tables && { tables: input.tables }),
    };
    const next = course(view);
    at = next === undefined || next > at ? next : recheckAt(at);
  }
  return undefined;
}

function sourceOf({ facts }: Rulebook, name: string): FactSource | undefined {
  return facts.find((fact) => fact.name === name)?.source;
}
