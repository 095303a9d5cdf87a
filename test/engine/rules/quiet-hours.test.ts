import { describe, expect, it } from 'vitest';
import { diffRulebooks } from '../../../engine/index.ts';
import { bookOf } from '../support/book.ts';
import { edited, inShort, oldYaml } from './diff/books.ts';
import { lintWith } from './lint/clean-book.ts';
import { compileFiles } from './sample-book.ts';

/** `code, source, words ...`: a § marks the place that must be reported; the words must stand in the message or the hint. */
type Fault = readonly [code: string, source: string, ...words: readonly string[]];

const entry = (fields: string) => `quietHours:\n  night: ${fields}`;

const errors: Readonly<Record<string, Fault>> = {
  'hours without an end': ['NBR_MISSING_FIELD', entry('§{ from: "21:00" }'), '`until`'],
  'neither hours nor dates': [
    'NBR_MISSING_FIELD',
    entry('§{ days: [sun] }'),
    '`from` and `until`',
    '`dates`',
  ],
  'an end that is the beginning': [
    'NBR_WRONG_VALUE',
    entry('{ from: "21:00", until: §"21:00" }'),
    'lasts some time',
    '"24:00"',
  ],
  'a time without minutes': ['NBR_BAD_DATE', entry('{ from: §21, until: "08:00" }'), 'a time of day'],
  'a time of one digit': ['NBR_BAD_DATE', entry('{ from: "21:00", until: §"8:00" }'), '"08:30"'],
  'a day of the week in another language': [
    'NBR_WRONG_VALUE',
    entry('{ from: "21:00", until: "08:00", days: [§lun] }'),
    '"lun"',
    '`sun`',
  ],
  'a holiday with a time': ['NBR_BAD_DATE', entry('{ dates: [§2026-12-25T00:00] }'), 'a date such as'],
  'a country in small letters': [
    'NBR_BAD_NAME',
    entry('{ from: "21:00", until: "08:00", jurisdictions: [§no] }'),
    '"no"',
    '`US-CA`',
  ],
  'a country by its name': [
    'NBR_BAD_NAME',
    entry('{ from: "21:00", until: "08:00", jurisdictions: [§Norway] }'),
    '"Norway"',
  ],
  'an unknown channel': [
    'NBR_UNKNOWN_CHANNEL',
    entry('{ from: "21:00", until: "08:00", channels: [§mail] }'),
    '`mail`',
  ],
  'an exception for an unknown action': [
    'NBR_UNKNOWN_ACTION',
    entry('{ from: "21:00", until: "08:00", except: { actions: [§nothing] } }'),
    '`nothing`',
  ],
  'an exception for an unknown group': [
    'NBR_UNKNOWN_GROUP',
    entry('{ from: "21:00", until: "08:00", except: { groups: [§nobody] } }'),
    '`nobody`',
  ],
  'something else to do with a message': [
    'NBR_WRONG_VALUE',
    entry('{ from: "21:00", until: "08:00", then: §defer }'),
    '`discard`, `queue`',
  ],
  'keeping what is discarded': [
    'NBR_CONFLICTING_FIELDS',
    entry('{ from: "21:00", until: "08:00", keep: §12h }'),
    '`then: queue`',
  ],
  'keeping for a quarter of a year': [
    'NBR_WRONG_VALUE',
    entry('{ from: "21:00", until: "08:00", then: queue, keep: §90d }'),
    'at most 30d',
  ],
  'an end before the beginning': [
    'NBR_WRONG_VALUE',
    entry('{ from: "21:00", until: "08:00", valid: { from: 2026-03-02, until: §2026-03-01 } }'),
    'at or after `from`',
  ],
  'a default zone that is none': ['NBR_WRONG_VALUE', 'timeZone: { default: §Europe/Olso }', '"Europe/Olso"'],
  'a zone of a country that is none': [
    'NBR_WRONG_VALUE',
    'timeZone: { byJurisdiction: { NO: §Oslo } }',
    '"Oslo"',
  ],
  'a zone of what is no country': [
    'NBR_BAD_NAME',
    'timeZone: { byJurisdiction: { Norway: §Europe/Oslo } }',
    '"Norway"',
  ],
  'a zone that is looked for nowhere': ['NBR_WRONG_VALUE', 'timeZone: { from: §[] }', 'at least 1'],
  'a zone looked for in a fact that there is not': [
    'NBR_UNKNOWN_FACT',
    'timeZone: { from: [§trait.timeZone] }',
    '`trait.timeZone`',
  ],
  'a zone looked for in itself': [
    'NBR_FACT_NOT_HERE',
    'timeZone: { from: [§customer.timeZone] }',
    '`customer.timeZone`',
    'hang on what is looked for',
  ],
  'a country looked for in an event': [
    'NBR_FACT_NOT_HERE',
    'jurisdiction: { from: [§event.properties.country] }',
    '`traits.*`',
  ],
  'a country looked for in a window of the calendar': [
    'NBR_FACT_NOT_HERE',
    'features: { place: { last: Seen, of: properties.country, within: this month } }\njurisdiction: { from: [§place] }',
    'without a window',
  ],
  'a zone looked up with the zone': [
    'NBR_FACT_NOT_HERE',
    'overlays: { zones: { key: customer.jurisdiction, attributes: { zone: text } } }\ntimeZone: { from: [§overlay.zones.zone] }',
    '`overlay.zones.zone`',
  ],
};

const warnings: Readonly<Record<string, Fault>> = {
  'quiet hours in a pull channel that queue': [
    'NBR_NO_EFFECT',
    entry('{ channels: [web], from: "21:00", until: "08:00", then: §queue }'),
    '`then: queue`',
    '`then: discard`',
  ],
  'a channel that is named twice': [
    'NBR_REPEATED_ENTRY',
    entry('{ channels: [email, §email], from: "21:00", until: "08:00" }'),
    '`email` again',
  ],
  'a date outside of their time': [
    'NBR_MATCHES_NOTHING',
    entry('{ dates: [2026-12-25, §2027-12-25], valid: { until: 2026-12-31 } }'),
    'a date outside `valid`',
  ],
  'dates that are over': ['NBR_EXPIRED', entry('{ dates: §[2025-12-25] }'), 'never kept again'],
  'quiet hours that are over': [
    'NBR_EXPIRED',
    entry('{ from: "21:00", until: "08:00", valid: { until: §2026-11-18 } }'),
    'never kept again',
  ],
  'an exception for a purpose that nothing needs': [
    'NBR_MATCHES_NOTHING',
    entry('{ from: "21:00", until: "08:00", except: { purposes: [§sales] } }'),
    '`sales`',
  ],
  'quiet around the clock': [
    'NBR_FORBIDS_EVERYTHING',
    entry('§{ from: "00:00", until: "24:00" }'),
    'every hour of every day',
  ],
};

function plant(marked: string) {
  const before = marked.slice(0, marked.indexOf('§')).split('\n');
  return { source: marked.replace('§', ''), line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}

function told({ message, hint = '' }: { readonly message: string; readonly hint?: string }): string {
  return `${message} ${hint}`;
}

const channels = 'channels: { web: { direction: pull }, email: { direction: push } }\n';

describe('a fault in quiet hours is reported at its place:', () => {
  for (const [title, [code, marked, ...words]] of Object.entries(errors)) {
    it(title, () => {
      const { source, line, column } = plant(marked);
      const { diagnostics } = compileFiles({ 'a.yaml': channels, 'z.yaml': source });
      expect(diagnostics).toMatchObject([{ code, severity: 'error', file: 'z.yaml', line, column }]);
      for (const word of words) expect(diagnostics.map(told).join()).toContain(word);
      expect(diagnostics[0]?.message).toContain('expected');
    });
  }
});

describe('a warning of quiet hours stands at its place:', () => {
  for (const [title, [code, marked, ...words]] of Object.entries(warnings)) {
    it(title, () => {
      const { source, line, column } = plant(marked);
      const { diagnostics, rulebook } = lintWith({ 'z.yaml': source });
      expect(diagnostics).toMatchObject([{ code, severity: 'warning', file: 'z.yaml', line, column }]);
      for (const word of words) expect(diagnostics.map(told).join()).toContain(word);
      expect(rulebook).toBeDefined();
    });
  }

  it('none where a book sends nothing but expects to', () => {
    const { diagnostics } = compileFiles({
      'a.yaml': 'channels: { web: { direction: pull } }',
      'z.yaml': entry('{ from: "21:00", until: "08:00" }'),
    });
    expect(diagnostics.map(({ code }) => code)).toContain('NBR_MATCHES_NOTHING');
  });
});

describe('what is sound is left alone:', () => {
  const sound = {
    'a night in the week':
      '{ from: "21:00", until: "08:00", days: [mon, tue, wed, thu], then: queue, keep: 12h }',
    'whole Sundays': '{ from: "00:00", until: "24:00", days: sun }',
    'holidays alone':
      '{ dates: [2026-12-25], jurisdictions: [NO, US-CA, GB-ENG], valid: { from: 2026-01-01 } }',
    exceptions:
      '{ from: "21:00", until: "08:00", except: { purposes: [marketing], groups: [service], actions: [club] } }',
  };
  for (const [title, fields] of Object.entries(sound)) {
    it(title, () => expect(lintWith({ 'z.yaml': entry(fields) }).diagnostics).toEqual([]));
  }

  it('an overlay that only tells the time zone is used', () => {
    const overlay =
      'overlays: { crm: { attributes: { zone: text } } }\ntimeZone: { from: [overlay.crm.zone] }';
    expect(lintWith({ 'z.yaml': overlay }).diagnostics).toEqual([]);
  });
});

describe('between two books', () => {
  const quiet = `
timeZone: { default: UTC, from: [traits.zone], byJurisdiction: { NO: Europe/Oslo } }
jurisdiction: { default: NO }
quietHours:
  night: { channels: [email], jurisdictions: [NO, SE], from: "21:00", until: "08:00", days: [mon, tue], dates: [2026-12-25], valid: { from: 2026-01-01, until: 2026-12-31 }, then: queue, keep: 12h, except: { groups: [service], actions: [club] } }
---`;
  const base = `${quiet}${oldYaml}`;
  const changes = (from: string, to: string) =>
    diffRulebooks(bookOf(base), bookOf(edited(base, [[from, to]]))).map(inShort);

  it('quiet hours that come are fewer contacts, and those that go are more', () => {
    const whole = quiet.slice(quiet.indexOf('quietHours:'), quiet.lastIndexOf('\n'));
    expect(changes(whole, '')).toEqual(['contacts more: quietHours night removed']);
    expect(changes('quietHours:', 'quietHours:\n  noon: { from: "12:00", until: "13:00" }')).toEqual([
      'contacts fewer: quietHours noon added',
    ]);
    expect(changes('  night:', '  nights:')).toEqual(['learning: quietHours nights was night']);
  });

  it.each([
    [
      '{ channels: [email], jur',
      '{ channels: [email, web], jur',
      'fewer',
      'channels ["email"] -> ["email","web"]',
    ],
    ['[NO, SE]', '[NO]', 'more', 'jurisdictions ["NO","SE"] -> ["NO"]'],
    ['from: "21:00"', 'from: "20:30"', 'other', 'from "21:00" -> "20:30"'],
    ['until: "08:00"', 'until: "24:00"', 'other', 'until "08:00" -> "24:00"'],
    ['days: [mon, tue]', 'days: [mon]', 'other', 'days ["mon","tue"] -> ["mon"]'],
    ['[2026-12-25]', '[2026-12-26]', 'other', 'dates ["2026-12-25"] -> ["2026-12-26"]'],
    [
      '01-01, until: 2026-12-31',
      '01-01, until: 2027-01-01',
      'other',
      'valid.until "2026-12-31" -> "2027-01-01"',
    ],
    ['valid: { from: 2026-01-01,', 'valid: {', 'other', 'valid.from "2026-01-01" -> none'],
    ['then: queue, keep: 12h', 'then: queue, keep: 18h', 'more', 'keep 43200000 -> 64800000'],
    [
      'then: queue, keep: 12h',
      'then: discard',
      'other',
      'then "queue" -> "discard", keep 43200000 -> 86400000',
    ],
    ['groups: [service], ', '', 'fewer', 'except.groups ["service/advice"] -> []'],
    ['actions: [club] }', 'actions: [club, guide] }', 'more', 'except.actions ["club"] -> ["club","guide"]'],
    [
      'actions: [club] }',
      'actions: [club], purposes: [marketing] }',
      'more',
      'except.purposes [] -> ["marketing"]',
    ],
  ])('%s -> %s is told', (from, to, reach, change) => {
    expect(changes(from, to)).toEqual([`contacts ${reach}: quietHours night ${change}`]);
  });

  it.each([
    ['default: UTC', 'default: Europe/Oslo', 'timeZone  "UTC" -> "Europe/Oslo"'],
    [
      '[traits.zone]',
      '[traits.zone, context.zone]',
      'timeZone from ["traits.zone"] -> ["traits.zone","context.zone"]',
    ],
    ['NO: Europe/Oslo', 'NO: Europe/Paris', 'timeZone byJurisdiction.NO "Europe/Oslo" -> "Europe/Paris"'],
    ['jurisdiction: { default: NO }', 'jurisdiction: { default: SE }', 'jurisdiction default "NO" -> "SE"'],
    [
      'jurisdiction: { default: NO }',
      'jurisdiction: { default: NO, from: [traits.land] }',
      'jurisdiction from ["traits.country","context.country"] -> ["traits.land"]',
    ],
  ])('%s -> %s is told', (from, to, change) => {
    expect(changes(from, to)).toEqual([`contacts other: setting ${change}`]);
  });
});

it('quiet hours of a book read the zone and the place once a decision', () => {
  const book = bookOf(`${channels}${entry('{ from: "21:00", until: "08:00" }')}`);
  expect(book.facts.map(({ name }) => name)).toEqual(['customer.timeZone', 'customer.jurisdiction']);
  expect(bookOf(channels).facts).toEqual([]);
});
