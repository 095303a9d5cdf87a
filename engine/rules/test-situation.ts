import type { DecideInput } from '../decide/decide-input.ts';
import { openFrame } from '../decide/frame.ts';
import {
  type ConsentState,
  type Contact,
  type CustomerState,
  emptyProfile,
  newCustomerState,
} from '../model/customer-state.ts';
import { anonymousKey, type CustomerKey, type DecisionId, defaultTenant, userKey } from '../model/ids.ts';
import { emptyModel } from '../model/model-snapshot.ts';
import type { FactValues, Rulebook, RulebookTest, TestEvent } from '../model/rulebook.ts';
import type { TouchpointEvent } from '../model/touchpoint-event.ts';
import { everyPurposeGranted, withoutChance } from './what-if.ts';

const touchpointTypes = ['identify', 'page', 'screen', 'group', 'alias'] as const;

/**
 * What a test of a rule file decides on. Chance is taken out: nobody is held out and nothing is explored, budgets are
 * full. `present` is the moment of a test that names none.
 */
export function situationOf(rulebook: Rulebook, test: RulebookTest, present: number): DecideInput {
  const now = test.at ?? present;
  const customer = test.customer.known ? userKey('test') : anonymousKey('test');
  return {
    id: 'test' as DecisionId,
    tenant: defaultTenant,
    customer,
    state: stateOf({ rulebook, test, customer, now }),
    rulebook: withQuietHours(withoutChance(rulebook, test.customer.arms), test),
    arms: new Map(Object.entries(test.customer.arms)),
    model: emptyModel,
    cause: { kind: 'request', requestId: 'test' },
    seed: 'test',
    now,
    placements: [test.placement],
    context: test.context,
    ...(test.event && { event: eventAt(test.event, now) }),
    explain: true,
    budgets: { left: () => Number.MAX_SAFE_INTEGER },
    overrides: new Map(Object.entries({ ...test.customer.features, ...test.customer.overlays })),
  };
}

/** A test that names no time is to come out the same at any: no hour is quiet for it. */
function withQuietHours(rulebook: Rulebook, { at }: RulebookTest): Rulebook {
  if (at !== undefined || rulebook.quietHours.entries.length === 0) return rulebook;
  return { ...rulebook, quietHours: { ...rulebook.quietHours, entries: [] } };
}

/** Its type is its name where the two are the same thing, as for views. */
function eventAt(event: TestEvent, now: number): TouchpointEvent {
  const type = touchpointTypes.find((known) => known === event.name) ?? 'track';
  return { ...event, type, messageId: 'test', timestamp: now };
}

/** The values of all facts in a situation, by slot, as the decision reads them. */
export function factsOf(situation: DecideInput): FactValues {
  return openFrame(situation).facts;
}

interface Situation {
  readonly rulebook: Rulebook;
  readonly test: RulebookTest;
  readonly customer: CustomerKey;
  readonly now: number;
}

function stateOf(situation: Situation): CustomerState {
  const { rulebook, test, customer } = situation;
  const { traits, consent, contacts } = test.customer;
  const stated = Object.entries(consent).map(([name, status]) => [name, consentStated(status)] as const);
  return {
    ...newCustomerState(customer),
    own: {
      ...emptyProfile,
      traits: Object.fromEntries(Object.entries(traits).map(([name, value]) => [name, [value, 0] as const])),
      // A test speaks of what it is about; purposes it does not mention are granted.
      consent: { ...everyPurposeGranted(rulebook), ...Object.fromEntries(stated) },
      contacts: contacts.map((contact, index) => contactOf(situation, contact, index)),
    },
  };
}

function consentStated(status: RulebookTest['customer']['consent'][string]): ConsentState {
  const told = { at: 0, source: 'test' };
  return status === 'expired' ? { status: 'granted', ...told, expiresAt: 0 } : { status, ...told };
}

function contactOf(
  { rulebook, test, now }: Situation,
  stated: RulebookTest['customer']['contacts'][number],
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
    ...(stated.outcomes && { outcomes: datedOutcomes(stated.outcomes, now) }),
  };
}

function datedOutcomes(
  ages: NonNullable<RulebookTest['customer']['contacts'][number]['outcomes']>,
  now: number,
): NonNullable<Contact['outcomes']> {
  return Object.fromEntries(Object.entries(ages).map(([kind, ageMs]) => [kind, now - ageMs]));
}
