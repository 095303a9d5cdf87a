import { describe, expect, it } from 'vitest';
import {
  type Decision,
  type DecisionId,
  decide,
  defaultTenant,
  emptyModel,
  explain,
  type Json,
  newCustomerState,
  type Rulebook,
  userKey,
} from '../../../engine/index.ts';
import { bookOf } from '../support/book.ts';

const ada = userKey('ada');

const shop = (quiet: string, settings = 'timeZone: Europe/Oslo') =>
  bookOf(`
${settings}
channels: { web: { direction: pull }, push: { direction: push }, email: { direction: push } }
placements:
  hero: { channel: web, fallback: { title: Welcome } }
  note: { channel: push, fallback: { text: News } }
  letter: { channel: email }
quietHours:
${quiet}
---
action: sale
group: sales/offers
purpose: marketing
treatments:
  card: { channel: web, content: {} }
  push: { channel: push, content: {} }
  mail: { channel: email, content: {} }
---
action: alarm
group: service/alarms
treatments:
  card: { channel: web, content: {} }
  push: { channel: push, content: {} }
  mail: { channel: email, content: {} }
---
action: recall
group: safety/recalls
mandatory: { overrides: all }
treatments:
  push: { channel: push, content: {} }
`);

function ask(
  rulebook: Rulebook,
  at: string,
  { placement = 'note', traits = {} }: { placement?: string; traits?: Readonly<Record<string, Json>> } = {},
): Decision {
  const state = newCustomerState(ada);
  const told = Object.fromEntries(Object.entries(traits).map(([name, value]) => [name, [value, 1] as const]));
  const consent = { marketing: { status: 'granted' as const, at: 0, source: 'test' } };
  return decide({
    id: 'd' as DecisionId,
    tenant: defaultTenant,
    customer: ada,
    state: { ...state, own: { ...state.own, traits: told, consent } },
    rulebook,
    model: emptyModel,
    cause: { kind: 'request', requestId: 'r' },
    seed: 's',
    now: Date.parse(at),
    placements: [placement],
    context: {},
    explain: true,
    budgets: { left: () => 1_000 },
  }).decision;
}

/** The actions that quiet hours kept back, and what kept each of them. */
function quietened(decision: Decision): Readonly<Record<string, string | undefined>> {
  const reasons = decision.placements[0]?.reasons.filter(({ code }) => code === 'quiet-hours') ?? [];
  return Object.fromEntries(reasons.map(({ action, by }) => [action, by]));
}

const night = '  night: { from: "21:00", until: "08:00" }';
const at = (clock: string) => `2026-01-15T${clock}:00+01:00`;

describe('quiet hours', () => {
  it('keep back whatever would be sent, and what is mandatory as well', () => {
    const decision = ask(shop(night), at('23:00'));
    expect(quietened(decision)).toEqual({ sale: 'night', alarm: 'night', recall: 'night' });
    expect(decision.placements[0]?.treatments).toEqual([]);
    expect(explain(decision).placements.note?.funnel).toMatchObject({ consented: 3, permitted: 0 });
    const [reason] = decision.placements[0]?.reasons ?? [];
    expect(reason?.until).toBe(Date.parse('2026-01-16T08:00:00+01:00'));
    expect(quietened(ask(shop(night), at('20:59')))).toEqual({});
  });

  it('keep back the fallback of a placement that is sent, and not that of a page', () => {
    expect(ask(shop(night), at('23:00')).placements[0]).not.toHaveProperty('fallback');
    const onWeb = shop('  night: { channels: [web], from: "21:00", until: "08:00" }');
    const page = ask(onWeb, at('23:00'), { placement: 'hero' });
    expect(quietened(page)).toEqual({ sale: 'night', alarm: 'night' });
    expect(page.placements[0]?.fallback).toMatchObject({ content: { title: 'Welcome' } });
  });

  it('are kept in the channels that they name, without names in all that are sent to', () => {
    expect(quietened(ask(shop(night), at('23:00'), { placement: 'hero' }))).toEqual({});
    expect(quietened(ask(shop(night), at('23:00'), { placement: 'letter' }))).not.toEqual({});
    const push = shop('  night: { channels: [push], from: "21:00", until: "08:00" }');
    expect(quietened(ask(push, at('23:00'), { placement: 'letter' }))).toEqual({});
  });

  it('spare what they except, by purpose, by group or issue, and by name', () => {
    const sparing = (except: string) =>
      Object.keys(
        quietened(
          ask(shop(`  night: { from: "21:00", until: "08:00", except: { ${except} } }`), at('23:00')),
        ),
      ).sort();
    expect(sparing('purposes: [marketing]')).toEqual(['alarm', 'recall']);
    expect(sparing('groups: [service]')).toEqual(['recall', 'sale']);
    expect(sparing('groups: [safety/recalls], actions: [alarm]')).toEqual(['sale']);
  });

  it('all bind: what one spares another may keep back, and the quiet ends with the last of them', () => {
    const book = shop(`  night: { from: "21:00", until: "08:00", except: { groups: [service] } }
  late: { from: "23:00", until: "09:00", channels: [push] }
  siesta: { from: "09:00", until: "10:00", channels: [push], except: { groups: [sales] } }`);
    expect(quietened(ask(book, at('22:00')))).toEqual({ sale: 'night', recall: 'night' });
    const reasons = ask(book, at('23:30')).placements[0]?.reasons ?? [];
    const ends = Object.fromEntries(
      reasons.map(({ action, until = 0 }) => [action, new Date(until).toISOString()]),
    );
    expect(ends).toEqual({
      sale: '2026-01-16T08:00:00.000Z',
      alarm: '2026-01-16T09:00:00.000Z',
      recall: '2026-01-16T09:00:00.000Z',
    });
  });

  it('name the one that discards before one that queues', () => {
    const book = shop(`  soft: { from: "21:00", until: "08:00", then: queue }
  hard: { from: "22:00", until: "06:00" }`);
    expect(quietened(ask(book, at('21:30')))).toMatchObject({ sale: 'soft' });
    expect(quietened(ask(book, at('23:30')))).toMatchObject({ sale: 'hard' });
    // Whoever asks is answered at once.
    expect(ask(book, at('21:30'))).not.toHaveProperty('putOffUntil');
  });
});

describe('the place of a customer', () => {
  const norway = `  night: { from: "21:00", until: "08:00", jurisdictions: [NO] }
  california: { from: "20:00", until: "09:00", jurisdictions: [US-CA] }
  states: { from: "22:00", until: "07:00", jurisdictions: [US] }`;
  const zones =
    'timeZone: { default: UTC, byJurisdiction: { NO: Europe/Oslo, US-CA: America/Los_Angeles, US: America/New_York } }';
  const by = (country: Json, clock: string, settings = `${zones}\njurisdiction: { default: NO }`) =>
    quietened(ask(shop(norway, settings), clock, { traits: { country } })).sale;

  it('tells which quiet hours bind, and by which clock', () => {
    expect(by('NO', '2026-01-15T20:30:00Z')).toBe('night');
    expect(by('no ', '2026-01-15T20:30:00Z')).toBe('night');
    expect(by('SE', '2026-01-15T23:30:00Z')).toBe(undefined);
    // Half past eight in the evening in Los Angeles, half past eleven in New York.
    expect(by('US-CA', '2026-01-16T04:30:00Z')).toBe('california');
    expect(by('US-NY', '2026-01-16T04:30:00Z')).toBe('states');
    expect(by('US-NY', '2026-01-16T02:30:00Z')).toBe(undefined);
  });

  it('may be anywhere in a country of which nothing more is known, and anywhere at all', () => {
    expect(by('US', '2026-01-16T01:30:00Z')).toBe('california');
    expect(by('Norge', '2026-01-15T20:30:00Z')).toBe('night');
    expect(by(47, '2026-01-15T20:30:00Z', zones)).toBe('california');
  });
});
