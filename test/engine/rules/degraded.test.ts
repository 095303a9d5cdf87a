import { describe, expect, it } from 'vitest';
import type { Rulebook } from '../../../engine/index.ts';
import { compileFiles } from './sample-book.ts';

const frame = `currency: EUR
channels:
  web: { direction: pull }
  app: { direction: push }
placements:
  hero: { channel: web, fallback: { title: Welcome } }
  inbox: { channel: app, fallback: { title: News } }
features:
  orders: { count: Order Completed }
`;
const card = 'card: { channel: web, content: { title: Open } }';
const message = 'message: { channel: app, content: { title: Open } }';

interface Change {
  /** At the action. */
  readonly action?: string;
  /** In the rest of the book. */
  readonly book?: string;
  readonly treatments?: string;
  readonly degraded?: string;
}

function filesOf({ action = '', book = '', treatments = card, degraded = 'actions: [hours]' }: Change) {
  const hours = `action: hours\ngroup: service/hours\n${action}\ntreatments: { ${treatments} }\n`;
  const other = `action: voucher\ngroup: sales/vouchers\npurpose: marketing\ntreatments: { ${card} }\n`;
  const settings = `${frame}degraded: { after: 300ms, ${degraded} }\n${book}\n`;
  return { 'settings.yaml': settings, 'hours.yaml': hours, 'voucher.yaml': other };
}

function findingsOf(change: Change, more: Readonly<Record<string, string>> = {}): readonly string[] {
  const { diagnostics } = compileFiles({ ...filesOf(change), ...more });
  return diagnostics
    .filter(({ code, severity }) => code === 'NBR_NOT_WHEN_DEGRADED' || severity === 'error')
    .map(({ severity, message: text }) => `${severity}: ${text}`);
}

function bookOf(change: Change): Rulebook {
  const { rulebook, diagnostics } = compileFiles(filesOf(change));
  if (!rulebook) throw new Error(JSON.stringify(diagnostics));
  return rulebook;
}

/** What may be shown, by placement. */
function openIn({ degraded }: Rulebook) {
  const placements = [...(degraded?.book.placements.values() ?? [])];
  return Object.fromEntries(
    placements.map(({ name, candidates }) => [
      name,
      candidates.flatMap(({ action, treatments }) => treatments.map((one) => `${action.name}/${one.name}`)),
    ]),
  );
}

describe('the degraded mode of a book', () => {
  it('opens what is declared, and nothing else', () => {
    const book = bookOf({});
    expect(book.degraded).toMatchObject({ afterMs: 300, actions: ['hours'], groups: [] });
    expect(openIn(book)).toEqual({ hero: ['hours/card'], inbox: [] });
  });

  it('opens all of a group that nothing limits', () => {
    expect(openIn(bookOf({ degraded: 'groups: [service]' }))).toEqual({ hero: ['hours/card'], inbox: [] });
  });

  it('opens fallbacks alone where nothing is declared, and is absent where the section is', () => {
    const book = bookOf({ degraded: '' });
    expect(openIn(book)).toEqual({ hero: [], inbox: [] });
    expect(book.degraded?.book.placements.get('inbox')?.fallback).toBeDefined();
    const { 'settings.yaml': _, ...rest } = filesOf({});
    expect(compileFiles({ ...rest, 'settings.yaml': frame }).rulebook?.degraded).toBeUndefined();
  });

  it('leaves conditions on the request in force', () => {
    const action = 'eligibility: { fact: context.country, operator: equal, value: NO }';
    expect(openIn(bookOf({ action })).hero).toEqual(['hours/card']);
  });

  it('opens an action in the placements that nothing limits', () => {
    const book = 'policies: { cap: { scope: action, match: { placements: [hero] }, limit: 1, within: 1d } }';
    const both = bookOf({ book, treatments: `${card}, ${message}` });
    expect(openIn(both)).toEqual({ hero: [], inbox: ['hours/message'] });
  });

  it('keeps fallbacks back that would be sent in what may be quiet hours', () => {
    const book = 'quietHours: { night: { from: "22:00", until: "08:00" } }';
    const { degraded } = bookOf({ book });
    expect(degraded?.book.placements.get('inbox')?.fallback).toBeUndefined();
    expect(degraded?.book.placements.get('hero')?.fallback).toBeDefined();
  });
});

describe('an action that is declared and cannot be shown without a look at the customer:', () => {
  const bars: Readonly<Record<string, readonly [Change, string]>> = {
    'a purpose': [{ action: 'purpose: service' }, 'needs the purpose `service`'],
    'a purpose of its group': [
      { book: 'hierarchy: { service/hours: { purpose: service } }' },
      'needs the purpose `service`',
    ],
    'a mandatory one': [{ action: 'mandatory: true' }, 'is mandatory'],
    'a contact policy': [
      { book: 'policies: { cap: { scope: customer, limit: 9, within: 1d } }' },
      'is bound by the policy `cap`',
    ],
    'a budget': [
      { action: 'budgets: [few]', book: 'budgets: { few: { total: 5, unit: contacts, period: day } }' },
      'is paid for by the budget `few`',
    ],
    'quiet hours': [
      { book: 'quietHours: { night: { from: "22:00", until: "08:00" } }', treatments: message },
      'has to keep the quiet hours `night`',
    ],
    'a hold-out of everybody': [{ book: 'holdout: { share: 0.1 }' }, 'is held out by `universal`'],
    'an experiment with its treatments': [
      {
        treatments: `${card}, poster: { channel: web, content: { title: OPEN } }`,
        book: 'experiments: { look: { treatments: { action: hours, arms: { a: [card], b: [poster] } } } }',
      },
      'is part of the experiment `look`',
    ],
    'an experiment with actions': [
      { book: 'experiments: { which: { actions: { arms: { a: [hours], b: [voucher] } } } }' },
      'is part of the experiment `which`',
    ],
    'a condition on the customer': [
      { action: 'eligibility: { not: { fact: orders, operator: greaterThan, value: 3 } }' },
      'asks for `orders`, which the request does not tell',
    ],
    'a condition of its group on the customer': [
      {
        book: 'hierarchy: { service: { suitability: { fact: traits.town, operator: equal, value: Oslo } } }',
      },
      'asks for `traits.town`, which the request does not tell',
    ],
    'a condition of its treatment on the customer': [
      {
        treatments:
          'card: { channel: web, applicability: { fact: orders, operator: equal, value: 1 }, content: {} }',
      },
      'asks for `orders`, which the request does not tell',
    ],
  };
  for (const [title, [change, why]] of Object.entries(bars)) {
    it(title, () => {
      expect(findingsOf(change)).toEqual([
        `error: degraded.actions.0: expected an action that nothing counts or limits, found that \`hours\` ${why}.`,
      ]);
    });
  }

  it('a policy of a challenger', () => {
    const experiments = 'experiments: { duel: { challenger: { name: bold, share: 0.5 } } }';
    const challenger = 'policies: { cap: { scope: customer, limit: 9, within: 1d } }\n';
    const found = findingsOf({ book: experiments }, { 'challengers/bold/policies.yaml': challenger });
    expect(found).toEqual([expect.stringContaining('found that `hours` is bound by the policy `cap`')]);
  });

  it('a group none of whose actions can be shown is warned of', () => {
    expect(findingsOf({ degraded: 'groups: [sales]' })).toEqual([
      'warning: degraded.groups.0: expected a group with an action that nothing counts or limits, found none in `sales`; `voucher` needs the purpose `marketing`.',
    ]);
  });
});
