import { decide } from '../decide/decide.ts';
import { type Contact, type CustomerState, emptyProfile, newCustomerState } from '../model/customer-state.ts';
import type { Decision, PlacementDecision } from '../model/decision.ts';
import { anonymousKey, type CustomerKey, type DecisionId, defaultTenant, userKey } from '../model/ids.ts';
import { emptyModel } from '../model/model-snapshot.ts';
import type { Rulebook, RulebookTest } from '../model/rulebook.ts';
import { everyPurposeGranted, withoutChance } from './what-if.ts';

/** One test of a rule file, run. */
export interface RulebookTestResult {
  readonly test: RulebookTest;
  /** What was found against what was expected; empty when it passed. */
  readonly failures: readonly string[];
  readonly decision: Decision;
}

/**
 * Runs the tests inside the rule files. Chance is taken out: nobody is held out and nothing is explored, budgets are
 * full. `now` stands for the present in tests that name no time.
 */
export function runRulebookTests(rulebook: Rulebook, now: number): readonly RulebookTestResult[] {
  const certain = withoutChance(rulebook);
  return rulebook.tests.map((test) => runTest(certain, test, test.at ?? now));
}

function runTest(rulebook: Rulebook, test: RulebookTest, now: number): RulebookTestResult {
  const key = test.customer.known ? userKey('test') : anonymousKey('test');
  const { decision } = decide({
    id: 'test' as DecisionId,
    tenant: defaultTenant,
    customer: key,
    state: stateOf(rulebook, test, key, now),
    rulebook,
    model: emptyModel,
    cause: { kind: 'request', requestId: 'test' },
    seed: 'test',
    now,
    placements: [test.placement],
    context: test.context,
    explain: true,
    budgets: { left: () => Number.MAX_SAFE_INTEGER },
    overrides: new Map(Object.entries(test.customer.features)),
  });
  const [placement] = decision.placements as readonly [PlacementDecision];
  return { test, decision, failures: failuresOf(test, placement) };
}

function stateOf(rulebook: Rulebook, test: RulebookTest, key: CustomerKey, now: number): CustomerState {
  const { traits, consent, contacts } = test.customer;
  const stated = Object.entries(consent).map(([name, status]) => [name, { status, at: 0, source: 'test' }]);
  return {
    ...newCustomerState(key),
    own: {
      ...emptyProfile,
      traits: Object.fromEntries(Object.entries(traits).map(([name, value]) => [name, [value, 0] as const])),
      // A test speaks of what it is about; purposes it does not mention are granted.
      consent: { ...everyPurposeGranted(rulebook), ...Object.fromEntries(stated) },
      contacts: contacts.map((contact, index) => contactOf(rulebook, test, contact, now, index)),
    },
  };
}

function contactOf(
  rulebook: Rulebook,
  test: RulebookTest,
  stated: RulebookTest['customer']['contacts'][number],
  now: number,
  index: number,
): Contact {
  const action = rulebook.actions.get(stated.action);
  const treatment =
    action?.treatments.find(({ name }) => name === stated.treatment) ??
    action?.treatments.find(({ channel }) => channel === stated.channel) ??
    action?.treatments[0];
  return {
    decision: `test-${index}` as DecisionId,
    at: now - stated.agoMs,
    action: stated.action,
    group: action?.group ?? '',
    treatment: stated.treatment ?? treatment?.name ?? '',
    channel: stated.channel ?? treatment?.channel ?? '',
    placement: stated.placement ?? test.placement,
  };
}

function failuresOf({ expect }: RulebookTest, placement: PlacementDecision): readonly string[] {
  const shown = placement.treatments.map(({ action }) => action);
  const failures: string[] = [];
  if (expect.first !== undefined && shown[0] !== expect.first) {
    failures.push(`expected ${expect.first} first, found ${describe(shown)}${why(placement, expect.first)}`);
  }
  if (expect.ranked?.some((action, rank) => shown[rank] !== action)) {
    failures.push(`expected the ranking ${expect.ranked.join(', ')}, found ${describe(shown)}`);
  }
  for (const action of expect.in) {
    const code = codeOf(placement, action);
    // Ranks are limited; an action that only lost the arbitration was let in all the same.
    if (code !== 'chosen' && code !== 'outranked')
      failures.push(`expected ${action} in, found it out${why(placement, action)}`);
  }
  for (const [action, code] of Object.entries(expect.out)) {
    const found = codeOf(placement, action) ?? 'not a candidate here';
    if (found !== code) failures.push(`expected ${action} out by ${code}, found ${found}`);
  }
  if (expect.fallback !== undefined && expect.fallback !== (placement.fallback !== undefined)) {
    failures.push(`expected ${expect.fallback ? 'the fallback' : 'no fallback'}, found ${describe(shown)}`);
  }
  return failures;
}

function codeOf(placement: PlacementDecision, action: string): string | undefined {
  return placement.reasons.find((reason) => reason.action === action)?.code;
}

/** The reason in words a marketer can act on, with the value that was seen. */
function why(placement: PlacementDecision, action: string): string {
  const reason = placement.reasons.find((candidate) => candidate.action === action);
  if (!reason) return ` (${action} is no candidate of ${placement.placement})`;
  const { failed } = reason;
  const seen = failed
    ? `: ${failed.fact} ${failed.operator} ${JSON.stringify(failed.expected)}, but it was ${JSON.stringify(failed.seen) ?? 'not there'}`
    : '';
  return ` (${action}: ${reason.code}${reason.by === undefined ? '' : ` by ${reason.by}`}${seen})`;
}

function describe(shown: readonly string[]): string {
  return shown.length === 0 ? 'nothing' : shown.join(', ');
}
