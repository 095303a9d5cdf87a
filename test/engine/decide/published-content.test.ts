import { expect, test } from 'vitest';
import {
  type Decision,
  type DecisionId,
  decide,
  defaultTenant,
  emptyModel,
  emptyProfile,
  newCustomerState,
  userKey,
} from '../../../engine/index.ts';
import { outboxOf } from '../../../engine/runtime/publish.ts';
import { bookOf } from '../support/book.ts';
import { noon } from '../support/events.ts';

const book = bookOf(`
privacy:
  personal: [traits.firstName, traits.address, context.ip, properties.phone]
channels:
  web: { direction: pull }
placements:
  hero: { channel: web, limit: 5 }
  side: { channel: web, fallback: { title: "Hello {{ traits.firstName }}", size: 2 } }
features:
  phone.last: { last: Called, of: properties.phone }
  calls.count: { count: Called }
---
action: greeting
group: a/b
value: 5
treatments:
  card:
    channel: web
    placements: [hero]
    content:
      title: "Hi {{ traits.firstName }}, level {{ traits.level }}"
      list: ["{{ traits.address.city }}", "from {{ context.ip }}", "{{ context.page }}"]
      call: "{{ features['phone.last'] }} {{ features['calls.count'] }}"
      event: "{{ event.properties.phone }} {{ event.name }}"
      all: "{{ event }}"
---
action: plain
group: a/b
value: 4
treatments:
  card: { channel: web, placements: [hero], content: { title: "Level {{ traits.level }}" } }
`);

function decision(): Decision {
  const ada = userKey('ada');
  const traits = { firstName: ['Ada', 1], address: [{ city: 'London' }, 1], level: [7, 1] } as const;
  const state = { ...newCustomerState(ada), own: { ...emptyProfile, traits } };
  return decide({
    id: '0-000000000000000000000000' as DecisionId,
    tenant: defaultTenant,
    customer: ada,
    state,
    rulebook: book,
    model: emptyModel,
    cause: { kind: 'request', requestId: 'r' },
    seed: 's',
    now: noon,
    placements: ['hero', 'side'],
    context: { ip: '10.1.2.3', page: '/boots' },
    event: { name: 'Called', properties: { phone: '+44 1234' } },
    explain: false,
    budgets: { left: () => 1_000 },
    overrides: new Map<string, unknown>([
      ['phone.last', '+44 1234'],
      ['calls.count', 2],
    ]),
  }).decision;
}

test('the answer has the values of personal places, and what is published has gaps for them', () => {
  const made = decision();
  const [greeting, plain] = made.placements[0]?.treatments ?? [];
  expect(greeting?.content).toMatchObject({
    title: 'Hi Ada, level 7',
    list: ['London', 'from 10.1.2.3', '/boots'],
    call: '+44 1234 2',
    event: '+44 1234 Called',
  });
  expect(plain).not.toHaveProperty('published');

  const [hero, side] = outboxOf(made).map((item) => (item.to === 'decisions' ? item.decision : undefined));
  expect(hero?.treatments).toMatchObject([
    {
      action: 'greeting',
      content: {
        title: 'Hi {{ traits.firstName }}, level 7',
        list: ['{{ traits.address.city }}', 'from {{ context.ip }}', '/boots'],
        call: "{{ features['phone.last'] }} 2",
        event: '{{ event.properties.phone }} Called',
        all: '{{ event }}',
      },
    },
    { action: 'plain', content: { title: 'Level 7' } },
  ]);
  expect(side?.treatments).toEqual([
    { fallback: true, content: { title: 'Hello {{ traits.firstName }}', size: 2 } },
  ]);
  expect(JSON.stringify([hero, side])).not.toMatch(/Ada|London|10\.1\.2\.3|1234|"published"/);
});
