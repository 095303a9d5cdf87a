import { describe, expect, test } from 'vitest';
import { compileTemplate } from '../../../adapters/liquid/compile-template.ts';

function render(source: string, scope: Record<string, unknown> = {}): string {
  const compiled = compileTemplate(source);
  if ('error' in compiled) throw new Error(compiled.error);
  return compiled.render(scope);
}

function errorOf(source: string): string {
  const compiled = compileTemplate(source);
  if ('error' in compiled) return compiled.error;
  throw new Error('it compiled');
}

describe('texts', () => {
  test('fills in values of the scope', () => {
    expect(render('Hello {{ traits.firstName }}', { traits: { firstName: 'Ada' } })).toBe('Hello Ada');
  });

  test('reads features by their dotted names', () => {
    const scope = { features: { 'orders.count_365d': 3 } };
    expect(render("{{ features['orders.count_365d'] | plus: 1 }}", scope)).toBe('4');
  });

  test('leaves an undefined variable empty and offers a default', () => {
    expect(render('Hello {{ traits.firstName }}!')).toBe('Hello !');
    expect(render("Hello {{ traits.firstName | default: 'you' }}!")).toBe('Hello you!');
  });

  test('renders conditions, loops, lists and objects', () => {
    const scope = { traits: { list: ['a', 'b'], address: { city: 'Bergen' } } };
    expect(render('{% for x in traits.list %}<{{ x }}>{% endfor %}', scope)).toBe('<a><b>');
    expect(render('{{ traits.list }}|{{ traits.address }}', scope)).toBe('ab|{"city":"Bergen"}');
    expect(render("{% if traits.address.city == 'Bergen' %}rain{% endif %}", scope)).toBe('rain');
  });

  test('hands a text without templates through', () => {
    expect(render('100 % wool')).toBe('100 % wool');
  });
});

describe('what is refused, in words', () => {
  test.each([
    ['{{ traits.firstName', /not closed.*line 1, character 1/],
    ['{% if a %}x', /not closed/],
    ['a\n{{ x | upcas }}', /no filter "upcas" \(line 2, character \d+/],
    ['{% foo %}', /no tag \{% foo %\}/],
    ["{% include 'x' %}", /\{% include %\} is not available/],
    ["{% render '/etc/passwd' %}", /\{% render %\} is not available/],
    ["{% layout 'x' %}", /\{% layout %\} is not available/],
    ['{% increment traits %}', /\{% increment %\} is not available/],
    ["{{ 'a,b' | split: ',' | shuffle }}", /"shuffle" is left to chance/],
    ["{{ 'now' | date: '%Y' }}", /"now" is not available/],
    ['x'.repeat(20_001), /20001 characters long/],
  ])('refuses %j', (source, message) => {
    expect(errorOf(source)).toMatch(message);
  });
});

describe('bounds', () => {
  test('refuses a loop over a long range when it is compiled', () => {
    expect(errorOf('{% for i in (1..1000000000) %}x{% endfor %}')).toMatch(/range that is too long/);
    expect(errorOf('{% for i in (1..900000) %}x{% endfor %}')).toMatch(/10000 steps/);
  });

  test('refuses nested loops that multiply', () => {
    const bomb = '{% for a in (1..900) %}{% for b in (1..900) %}{% endfor %}{% endfor %}';
    expect(errorOf(bomb)).toMatch(/10000 steps/);
  });

  test('refuses a text that doubles itself', () => {
    const doubling = '{% assign s = s | append: s %}'.repeat(40);
    expect(errorOf(`{% assign s = 'xxxxxxxxxx' %}${doubling}`)).toMatch(/1000000 characters/);
  });

  test('refuses an output that is too long', () => {
    expect(errorOf(`{% for i in (1..2000) %}${'x'.repeat(1_000)}{% endfor %}`)).toMatch(/longer than 100000/);
  });

  test('refuses a template that is nested too deeply', () => {
    expect(errorOf(`${'{% if true %}'.repeat(1_500)}x`)).toMatch(/not closed|nested/);
  });

  test('renders empty when only the data leads beyond a bound', () => {
    expect(render('{% for i in (1..traits.n) %}x{% endfor %}', { traits: { n: 2_000_000 } })).toBe('');
    expect(render('{% for i in (1..traits.n) %}x{% endfor %}', { traits: { n: 3 } })).toBe('xxx');
  });
});

describe('isolation', () => {
  test('shows nothing of prototypes', () => {
    const scope = { traits: { list: [1], text: 'abc' } };
    for (const path of [
      'constructor',
      'traits.constructor.name',
      'traits.__proto__',
      'traits.toString',
      '__proto__',
    ]) {
      expect(render(`[{{ ${path} }}]`, scope)).toBe('[]');
    }
    expect(render("[{{ traits['constructor']['constructor'] }}]", scope)).toBe('[]');
    expect(render('{{ traits.list.size }}{{ traits.text.size }}', scope)).toBe('13');
  });

  test('changes nothing in its scope', () => {
    const scope = { traits: { list: [3, 1, 2] } };
    const source =
      '{% assign traits = 1 %}{% assign x = 2 %}{% capture y %}z{% endcapture %}' +
      '{{ traits.list | sort | reverse | push: 9 }}';
    render(source, scope);
    expect(scope).toEqual({ traits: { list: [3, 1, 2] } });
  });

  test('keeps nothing from one rendering to the next', () => {
    const compiled = compileTemplate("{% cycle 'a', 'b' %}{{ x }}{% assign x = 1 %}");
    if ('error' in compiled) throw new Error(compiled.error);
    expect([compiled.render({}), compiled.render({})]).toEqual(['a', 'a']);
  });
});

describe('dates', () => {
  test.each([
    ['2026-11-01', '2026-11-01 00:00'],
    ['2026-11-01T23:30:00Z', '2026-11-01 23:30'],
    ['2026-11-01T23:30:00', '2026-11-01 23:30'],
    ['2026-11-01 23:30', '2026-11-01 23:30'],
    ['2026-11-01T23:30:00+02:00', '2026-11-01 21:30'],
  ])('reads %s in UTC whatever the machine is set to', (value, expected) => {
    const saved = process.env.TZ;
    process.env.TZ = 'Pacific/Auckland';
    try {
      expect(render("{{ traits.at | date: '%Y-%m-%d %H:%M' }}", { traits: { at: value } })).toBe(expected);
    } finally {
      if (saved === undefined) delete process.env.TZ;
      else process.env.TZ = saved;
    }
  });

  test('leaves what is no date as it is, and never reads the clock', () => {
    expect(render("{{ traits.at | date: '%Y' }}", { traits: { at: 'soon' } })).toBe('soon');
    expect(render("{{ traits.at | date: '%Y' }}", { traits: { at: 'now' } })).toBe('');
  });
});

test.each([
  ['{{ traits.firstName }}', [['traits', 'firstName']]],
  [
    "{{ traits['first name'] | default: context.name }}",
    [
      ['traits', 'first name'],
      ['context', 'name'],
    ],
  ],
  [
    '{% if event.properties.total > 3 %}{{ action.name }}{% endif %}',
    [
      ['event', 'properties', 'total'],
      ['action', 'name'],
    ],
  ],
  // What is computed is read from the whole, and by what computes it.
  ['{{ traits[context.key].x }}', [['traits'], ['context', 'key']]],
  ['{% assign mine = traits.email %}{{ mine }}', [['traits', 'email']]],
  ['{% for item in context.items %}{{ item.name }}{% endfor %}', [['context', 'items']]],
])('tells which places %s reads', (source, places) => {
  const compiled = compileTemplate(source);
  if (!('reads' in compiled)) throw new Error(compiled.error);
  expect([...compiled.reads].sort()).toEqual([...places].sort());
});

test.each([
  // Only the part that reads a withheld place stays as it is written.
  [
    'Hi {{ traits.firstName | upcase }}, {{ features.orders }} orders',
    'Hi {{ traits.firstName | upcase }}, 3 orders',
  ],
  [
    '{% if traits.firstName %}Hi {{ traits.firstName }}{% else %}Hi{% endif %}! {{ features.orders }}',
    '{% if traits.firstName %}Hi {{ traits.firstName }}{% else %}Hi{% endif %}! 3',
  ],
  // A value under another name would come back elsewhere.
  [
    '{% assign n = traits.firstName %}{{ features.orders }} {{ n }}',
    '{% assign n = traits.firstName %}{{ features.orders }} {{ n }}',
  ],
  ['{% assign n = features.orders %}{{ n }} {{ traits.firstName }}', '3 {{ traits.firstName }}'],
  ['{{ traits }}', '{{ traits }}'],
  ['{{ traits[context.key] }}', '{{ traits[context.key] }}'],
  ['{{ features.orders }}', '3'],
  // What a customer told does not turn into a gap.
  ['{{ context.said }}{{ traits.firstName }}', '{ { traits.email }} { {{ traits.firstName }}'],
])('leaves gaps in %s for what is withheld', (source, expected) => {
  const compiled = compileTemplate(source);
  if (!('withGaps' in compiled)) throw new Error(compiled.error);
  const isWithheld = ([root, name]: readonly string[]) =>
    root === 'traits' && (name === undefined || ['firstName', 'email'].includes(name));
  const scope = {
    traits: { firstName: 'Ada', email: 'ada@example.com' },
    features: { orders: 3 },
    context: { key: 'email', said: '{{ traits.email }} {' },
  };
  expect(compiled.withGaps(isWithheld)(scope)).toBe(expected);
});
