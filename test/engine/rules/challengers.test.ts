import { describe, expect, it } from 'vitest';
import {
  type DecideInput,
  type DecisionId,
  decide,
  defaultTenant,
  diffRulebooks,
  emptyModel,
  type Rulebook,
  runRulebookTests,
  userKey,
} from '../../../engine/index.ts';
import { inShort } from './diff/books.ts';
import { compileFiles } from './sample-book.ts';

const day = 86_400_000;

const base: Readonly<Record<string, string>> = {
  'settings.yaml': `channels: { web: { direction: pull }, email: { direction: push } }
placements:
  hero: { channel: web, fallback: { title: Hello } }
  mail: { channel: email }
features:
  orders: { count: Order Completed }
policies:
  a-day: { scope: customer, limit: 2, within: 1d }
experiments:
  duel: { challenger: { name: bold, share: 0.5 } }
  look: { treatments: { action: voucher, arms: { a: [card], b: [poster] } } }
`,
  'voucher.yaml': `action: voucher
group: sales/vouchers
value: 10
eligibility: { fact: orders, operator: greaterThan, value: 0 }
treatments:
  card: { channel: web, content: { title: Ten off } }
  poster: { channel: web, content: { title: TEN OFF } }
`,
  'guide.yaml': `action: guide
group: service/guides
value: 5
treatments: { card: { channel: web, content: { title: Guide } } }
`,
};

const bold: Readonly<Record<string, string>> = {
  'challengers/bold/guide.yaml': `action: guide
group: service/guides
value: 50
applicability: { fact: traits.town, operator: equal, value: Oslo }
treatments: { card: { channel: web, content: { title: The guide } } }
tests:
  - name: comes first under the challenger
    customer: { features: { orders: 3 }, traits: { town: Oslo } }
    ask: { placement: hero }
    expect: { ranked: [guide] }
`,
  'challengers/bold/settings.yaml': `policies:
  a-day: { scope: customer, limit: 1, within: 1d }
  a-month: { scope: action, limit: 5, within: 30d }
placements:
  hero: { channel: web, limit: 2, fallback: { title: Bold }, diversity: { by: group, max: 1 } }
---
action: extra
group: sales/extras
value: 1
treatments: { card: { channel: web, content: { title: Extra } } }
`,
};

function bookWith(files: Readonly<Record<string, string>>): Rulebook {
  const { rulebook, diagnostics } = compileFiles({ ...base, ...bold, ...files });
  if (!rulebook) throw new Error(JSON.stringify(diagnostics, undefined, 2));
  return rulebook;
}

function findingsIn(files: Readonly<Record<string, string>>): readonly string[] {
  return compileFiles({ ...base, ...bold, ...files }).diagnostics.map(
    ({ code, severity, file, line, column }) => `${severity} ${code} ${file}:${line}:${column}`,
  );
}

const book = bookWith({});

function input(arm: string, more: Partial<DecideInput> = {}): DecideInput {
  return {
    id: 'd' as DecisionId,
    tenant: defaultTenant,
    customer: userKey('ada'),
    state: undefined,
    rulebook: book,
    model: emptyModel,
    cause: { kind: 'request', requestId: 'r' },
    seed: 's',
    now: 0,
    placements: ['hero'],
    context: {},
    explain: true,
    budgets: { left: () => 9 },
    arms: new Map([
      ['duel', arm],
      ['look', 'a'],
    ]),
    overrides: new Map<string, unknown>([
      ['orders', 3],
      ['traits.town', 'Oslo'],
    ]),
    ...more,
  };
}

function shown(arm: string, more: Partial<DecideInput> = {}): readonly string[] {
  const [placement] = decide(input(arm, more)).decision.placements;
  return placement?.treatments.map(({ action, V }) => `${action} ${V}`) ?? [];
}

describe('a challenger', () => {
  it('decides on the customers of its arm, the book itself on all others', () => {
    expect(shown('champion')).toEqual(['voucher 10']);
    expect(shown('challenger')).toEqual(['guide 50']);
    const { decision } = decide(input('challenger'));
    expect(decision.rulebook).toBe(book.version);
    expect(decision.arms).toEqual([
      { experiment: 'duel', arm: 'challenger' },
      { experiment: 'look', arm: 'a' },
    ]);
  });

  it('replaces what it names, adds what is new, and has all else of the book', () => {
    const challenger = book.challengers.get('bold');
    expect(challenger?.policies.map(({ name }) => name)).toEqual(['a-day', 'a-month']);
    expect([...(challenger?.actions.keys() ?? [])].sort()).toEqual(['extra', 'guide', 'voucher']);
    expect([...book.actions.keys()].sort()).toEqual(['guide', 'voucher']);
    expect(challenger?.placements.get('hero')).toMatchObject({
      limit: 2,
      diversity: { by: 'group', max: 1 },
    });
    expect(challenger?.features).toBe(book.features);
    expect(challenger?.segmentation).toBe(book.segmentation);
  });

  it('adds nothing to what a decision by the book itself reads', () => {
    const alone = compileFiles({
      ...base,
      'settings.yaml': (base['settings.yaml'] ?? '').replace(/ {2}duel.*\n/, ''),
    });
    expect(book.facts).toEqual(alone.rulebook?.facts);
    expect(book.challengers.get('bold')?.facts.map(({ name }) => name)).toContain('traits.town');
  });

  it('is under the other experiments of the book as well', () => {
    const more = { placements: ['hero'], overrides: new Map<string, unknown>([['orders', 3]]) };
    const [a] = decide(input('challenger', more)).decision.placements;
    expect(a?.treatments[0]).toMatchObject({ action: 'voucher', treatment: 'card' });
    const arms = new Map([
      ['duel', 'challenger'],
      ['look', 'b'],
    ]);
    const [b] = decide(input('challenger', { ...more, arms })).decision.placements;
    expect(b?.treatments[0]).toMatchObject({ action: 'voucher', treatment: 'poster' });
  });

  it('makes the book remember contacts for as long as its own caps look back', () => {
    expect(book.contactMemoryMs).toBe(30 * day);
  });

  it('is what the tests in its files are run against', () => {
    const results = runRulebookTests(book, 0);
    expect(results.map(({ test, challenger, failures }) => [test.file, challenger, failures])).toEqual([
      ['challengers/bold/guide.yaml', 'bold', []],
    ]);
    const wrong = bookWith({
      'tests.yaml': 'tests: [{ name: t, ask: { placement: hero }, expect: { first: guide } }]',
      'challengers/bold/tests.yaml':
        'tests: [{ name: t, ask: { placement: hero }, expect: { first: guide } }]',
    });
    expect(
      runRulebookTests(wrong, 0).map(({ challenger, failures }) => [challenger, failures.length]),
    ).toEqual([
      [undefined, 0],
      ['bold', 0],
      ['bold', 1],
    ]);
  });

  it('is told by tests with the arm', () => {
    const test = (arm: string) =>
      `tests: [{ name: t, customer: { arms: { duel: ${arm} }, traits: { town: Oslo }, features: { orders: 3 } }, ask: { placement: hero }, expect: { first: guide } }]`;
    const failures = (arm: string) =>
      runRulebookTests(bookWith({ 'tests.yaml': test(arm) }), 0).find(
        ({ test }) => test.file === 'tests.yaml',
      )?.failures.length;
    expect(failures('challenger')).toBe(0);
    expect(failures('champion')).toBe(1);
  });
});

describe('a fault in a challenger is found where it is written:', () => {
  it.each([
    ['features', 'features: { orders: { count: Order Completed } }', 'NBR_NOT_IN_CHALLENGER'],
    ['experiments', 'experiments: { a: { holdout: { share: 0.1 } } }', 'NBR_NOT_IN_CHALLENGER'],
    ['triggers', 'triggers: { t: { on: Order Completed, ask: mail } }', 'NBR_NOT_IN_CHALLENGER'],
    [
      'segments',
      'segments: { s: { when: { fact: orders, operator: greaterThan, value: 1 } } }',
      'NBR_NOT_IN_CHALLENGER',
    ],
    [
      'outcomes',
      'outcomes: { o: { on: Order Completed, outcome: click, within: 1d } }',
      'NBR_NOT_IN_CHALLENGER',
    ],
  ])('%s, which have to be the same for all', (_what, source, code) => {
    expect(findingsIn({ 'challengers/bold/more.yaml': source })).toEqual([
      `error ${code} challengers/bold/more.yaml:1:1`,
    ]);
  });

  it('a table', () => {
    const found = compileFiles({
      ...base,
      ...bold,
      'challengers/bold/towns.csv': 'town,region\n',
    }).diagnostics;
    expect(found.filter(({ severity }) => severity === 'error')).toMatchObject([
      { code: 'NBR_NOT_IN_CHALLENGER', file: 'challengers/bold/towns.csv', line: 1, column: 1 },
    ]);
  });

  it('a file that is in no folder of a challenger', () => {
    expect(findingsIn({ 'challengers/guide.yaml': 'policies: {}' })).toContain(
      'error NBR_NOT_IN_CHALLENGER challengers/guide.yaml:1:1',
    );
  });

  it('a placement that the book does not have, or has in another channel', () => {
    expect(
      findingsIn({ 'challengers/bold/more.yaml': 'placements:\n  other: { channel: web, fallback: {} }' }),
    ).toContain('error NBR_UNKNOWN_PLACEMENT challengers/bold/more.yaml:2:10');
    expect(
      findingsIn({ 'challengers/bold/more.yaml': 'placements:\n  mail: { channel: web, fallback: {} }' }),
    ).toContain('error NBR_WRONG_CHANNEL challengers/bold/more.yaml:2:20');
  });

  it('an action without what an experiment compares', () => {
    const voucher =
      'action: voucher\ngroup: sales/vouchers\ntreatments: { card: { channel: web, content: { title: Ten off } } }\n';
    expect(findingsIn({ 'challengers/bold/voucher.yaml': voucher })).toEqual([
      'error NBR_UNKNOWN_TREATMENT settings.yaml:11:65',
    ]);
    const { diagnostics } = compileFiles({ ...base, ...bold, 'challengers/bold/voucher.yaml': voucher });
    expect(diagnostics.find(({ code }) => code === 'NBR_UNKNOWN_TREATMENT')?.message).toContain(
      'expected one of the action `voucher` (challengers/bold/voucher.yaml:1)',
    );
  });

  it('a condition, once and with its line', () => {
    const broken = (bold['challengers/bold/guide.yaml'] ?? '').replace('operator: equal', 'operator: equals');
    expect(findingsIn({ 'challengers/bold/guide.yaml': broken })).toEqual([
      'error NBR_UNKNOWN_OPERATOR challengers/bold/guide.yaml:4:47',
    ]);
  });

  it('and a fault of the book itself is told once, however many challengers take it over', () => {
    const broken = (base['guide.yaml'] ?? '').replace('channel: web', 'channel: wep');
    expect(findingsIn({ 'guide.yaml': broken })).toEqual(['error NBR_UNKNOWN_CHANNEL guide.yaml:4:32']);
  });
});

describe('diff', () => {
  const told = (files: Readonly<Record<string, string>>, before = book) =>
    diffRulebooks(before, bookWith(files)).map(
      (change) => `${change.challenger ?? 'book'}: ${inShort(change)}`,
    );

  it('tells what changed in a challenger as the challenger’s', () => {
    const cheaper = (bold['challengers/bold/guide.yaml'] ?? '').replace('value: 50', 'value: 40');
    expect(told({ 'challengers/bold/guide.yaml': cheaper })).toEqual([
      'bold: ranking: action guide value 50 -> 40',
    ]);
  });

  it('tells what changed in the book once, though a challenger takes it over', () => {
    const dearer = (base['voucher.yaml'] ?? '').replace('value: 10', 'value: 11');
    expect(told({ 'voucher.yaml': dearer })).toEqual(['book: ranking: action voucher value 10 -> 11']);
  });

  it('tells a challenger that comes, and one that goes', () => {
    const before = compileFiles(withoutDuel()).rulebook as Rulebook;
    expect(told({}, before)).toEqual([
      'book: contacts other: challenger bold added',
      'book: contacts other: experiment duel added',
    ]);
    expect(diffRulebooks(book, before).map(inShort)).toEqual([
      'contacts other: challenger bold removed',
      'contacts other: experiment duel removed',
    ]);
  });

  function withoutDuel(): Readonly<Record<string, string>> {
    return { ...base, 'settings.yaml': (base['settings.yaml'] ?? '').replace(/ {2}duel.*\n/, '') };
  }
});
