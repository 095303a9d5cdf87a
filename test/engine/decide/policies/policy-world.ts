import {
  type Contact,
  type CustomerState,
  type DecideInput,
  type DecisionId,
  decide,
  defaultTenant,
  emptyModel,
  emptyProfile,
  newCustomerState,
  type PlacementDecision,
  type Profile,
  type Reason,
  type Rulebook,
  userKey,
} from '../../../../engine/index.ts';
import { bookOf } from '../../support/book.ts';
import { noon } from '../../support/events.ts';
import { nextNumber } from '../../support/serial-numbers.ts';

/** Two channels, three placements, six actions of three groups in two issues, and the policies of a test. */
export function bookWith(policies: string, more = ''): Rulebook {
  return bookWithActions(policies, {}, more);
}

const policyBook = `
channels:
  web: { direction: pull }
  email: { direction: push }
placements:
  hero: { channel: web, limit: 1, fallback: { title: Hello } }
  side: { channel: web, limit: 6, fallback: { title: Look } }
  letter: { channel: email, limit: 6 }
features:
  visits: { sessions: Product Viewed, gap: 30m }
  complaints: { count: Complaint Made }
outcomes:
  seen: { on: Seen, outcome: impression, within: 60d }
`;

const actions = ['a1', 'a2', 'b1', 'b2', 'c1', 'c2']
  .map((name, index) => {
    const group = { a: 'sales/coats', b: 'sales/boots', c: 'service/help' }[name[0] ?? ''];
    return `---
action: ${name}
group: ${group}
value: ${600 - index * 100}
FIELDS-${name}
treatments:
  web: { channel: web, content: {} }
  mail: { channel: email, content: {} }
`;
  })
  .join('');

/** The same with fields of actions written in, by action. */
export function bookWithActions(
  policies: string,
  fields: Readonly<Record<string, string>>,
  more = '',
): Rulebook {
  let text = `${policyBook}${policies === '' ? '' : `policies:\n${policies}\n`}${more}${actions}`;
  for (const [name, line] of Object.entries(fields)) text = text.replace(`FIELDS-${name}`, line);
  return bookOf(text.replaceAll(/FIELDS-.*\n/g, ''));
}

export function contact(action: string, at: number, more: Partial<Contact> = {}): Contact {
  const group = { a: 'sales/coats', b: 'sales/boots', c: 'service/help' }[action[0] ?? ''] ?? '';
  return {
    decision: `earlier-${nextNumber('contact')}` as DecisionId,
    at,
    action,
    group,
    treatment: 'web',
    channel: 'web',
    placement: 'hero',
    ...more,
  };
}

export function stateOf(
  own: Partial<Profile>,
  sources: Readonly<Record<string, Profile>> = {},
): CustomerState {
  const state = newCustomerState(userKey('ada'));
  return { ...state, own: { ...state.own, ...own }, sources };
}

export function profileOf(own: Partial<Profile>): Profile {
  return { ...emptyProfile, ...own };
}

export interface Ask extends Partial<DecideInput> {
  readonly book: Rulebook;
  readonly contacts?: readonly Contact[];
}

export function inputOf({ book, contacts, ...more }: Ask): DecideInput {
  return {
    id: 'now' as DecisionId,
    tenant: defaultTenant,
    customer: userKey('ada'),
    state: contacts && stateOf({ contacts }),
    rulebook: book,
    model: emptyModel,
    cause: { kind: 'request', requestId: 'r' },
    seed: 'seed',
    now: noon,
    placements: ['hero'],
    context: {},
    explain: true,
    budgets: { left: () => 1_000_000 },
    ...more,
  };
}

export function placementsOf(ask: Ask): readonly PlacementDecision[] {
  return decide(inputOf(ask)).decision.placements;
}

/** Actions shown, by placement in the order asked for. */
export function shownBy(ask: Ask): readonly (readonly string[])[] {
  return placementsOf(ask).map(({ treatments }) => treatments.map(({ action }) => action));
}

export function shown(ask: Ask): readonly string[] {
  return shownBy(ask)[0] ?? [];
}

/** Actions that a contact policy keeps out of the first placement, with its name. */
export function refused(ask: Ask): Readonly<Record<string, string>> {
  return Object.fromEntries(
    reasonsOf(ask).flatMap(({ action, code, by }) => (code === 'contact-policy' ? [[action, by ?? '']] : [])),
  );
}

export function reasonOf(ask: Ask, action: string): Reason | undefined {
  return reasonsOf(ask).find((reason) => reason.action === action);
}

function reasonsOf(ask: Ask): readonly Reason[] {
  return placementsOf(ask)[0]?.reasons ?? [];
}
