import { describe, expect, test } from 'vitest';
import { parseRuleFile } from '../../../adapters/rule-files/parse-rule-file.ts';
import type { RuleDocument } from '../../../engine/rules/rule-file.ts';

function documentsOf(path: string, text: string): readonly RuleDocument[] {
  const { file, diagnostics } = parseRuleFile(path, text);
  expect(diagnostics).toEqual([]);
  return file.documents;
}

function only(path: string, text: string): RuleDocument {
  const [document] = documentsOf(path, text);
  if (document === undefined) throw new Error('there is no document');
  return document;
}

const win = `# A comment first.
action: win-back
value: 12.50
eligibility:
  all:
    - { fact: orders.count, operator: greaterThan, value: 1 }
    - fact: "a.b"
      operator: in
      value:
        - x
        - y
purpose:
`;

describe('places', () => {
  test.each([
    [[], '2:1'],
    [['action'], '2:9'],
    [['value'], '3:8'],
    [['eligibility'], '5:3'],
    [['eligibility', 'all', 0], '6:7'],
    [['eligibility', 'all', 0, 'operator'], '6:39'],
    [['eligibility', 'all', 1, 'fact'], '7:13'],
    [['eligibility', 'all', 1, 'value', 1], '11:11'],
    [['eligibility', 'all', 7, 'fact'], '6:5'],
    [['eligibility', 'nothing', 'here'], '5:3'],
    [['purpose'], '12:9'],
  ] as const)('finds the value at %j, or the nearest there is', (path, expected) => {
    const place = only('a.yaml', win).locate(path);
    expect(`${place.line}:${place.column}`).toBe(expected);
  });

  test('finds the name under which a value stands', () => {
    const document = only('a.yaml', win);
    expect(document.locate(['eligibility'], 'key')).toEqual({ line: 4, column: 1 });
    expect(document.locate(['eligibility', 'all', 0, 'operator'], 'key')).toEqual({ line: 6, column: 29 });
    expect(document.locate(['eligibility', 'all', 1], 'key')).toEqual({ line: 7, column: 7 });
  });

  test('counts lines over all documents of a file', () => {
    const [first, second] = documentsOf('a.yaml', 'action: a\n---\n# two\naction: b\ngroup: g\n');
    expect(first?.value).toEqual({ action: 'a' });
    expect(second?.value).toEqual({ action: 'b', group: 'g' });
    expect(second?.locate(['group'])).toEqual({ line: 5, column: 8 });
  });

  test('finds the values of JSON, indented by tabs or not', () => {
    const text = '{\n\t"action": "a",\n\t"treatments": { "hero": { "channel": "web" } }\n}\n';
    const document = only('a.json', text);
    expect(document.value).toEqual({ action: 'a', treatments: { hero: { channel: 'web' } } });
    expect(document.locate(['action'])).toEqual({ line: 2, column: 12 });
    expect(document.locate(['treatments', 'hero', 'channel'])).toEqual({ line: 3, column: 39 });
  });

  test('follows an anchor to what it stands for', () => {
    const document = only('a.yaml', 'a: &x\n  b: 1\nc: *x\n');
    expect(document.value).toEqual({ a: { b: 1 }, c: { b: 1 } });
    expect(document.locate(['c'])).toEqual({ line: 3, column: 4 });
    expect(document.locate(['c', 'b'])).toEqual({ line: 2, column: 6 });
  });
});

describe('values', () => {
  test('reads scalars as YAML 1.2 has them', () => {
    const text = 'a: yes\nb: true\nc: 1.50\nd: 2026-11-01\ne: ~\nf: 0o17\n24: x\n"on": Order Completed\n';
    const value = {
      a: 'yes',
      b: true,
      c: 1.5,
      d: '2026-11-01',
      e: null,
      f: 15,
      24: 'x',
      on: 'Order Completed',
    };
    expect(only('a.yaml', text).value).toEqual(value);
  });

  test('does not switch to YAML 1.1 when a file says so', () => {
    expect(only('a.yaml', '%YAML 1.1\n---\na: yes\n').value).toEqual({ a: 'yes' });
  });

  test('hands reserved keys on as plain keys, for the compiler to refuse', () => {
    for (const [path, text] of [
      ['a.yaml', '__proto__: { polluted: true }\n'],
      ['a.json', '{ "__proto__": { "polluted": true } }'],
    ] as const) {
      const { value } = only(path, text);
      expect(Object.keys(value as object)).toEqual(['__proto__']);
      expect((value as { polluted?: unknown }).polluted).toBeUndefined();
    }
  });

  test('has no document for a file of comments only', () => {
    expect(documentsOf('a.yaml', '# nothing yet\n')).toEqual([]);
  });
});

describe('broken files', () => {
  test.each([
    ['a tab as indentation', 'a.yaml', 'a:\n\tb: 1\n', '2:1', /tab/],
    ['crooked indentation', 'a.yaml', 'a:\n   b: 1\n  c: 2\n', '3:1', /indentation/],
    ['a name that stands twice', 'a.yaml', 'a: 1\nb: 2\na: 3\n', '3:1', /already/],
    ['a colon inside a text', 'a.yaml', 'a: Only today: 10 %\n', '1:4', /colon/],
    ['a line without a colon', 'a.yaml', 'a: 1\nb\nc: 2\n', '2:1', /colon/],
    ['a template without quotes', 'a.yaml', 'title: {{ traits.name }}\n', '1:9', /quoted/],
    ['a reserved character', 'a.yaml', 'a: @home\n', '1:4', /reserved/],
    ['quotes that are not closed', 'a.yaml', 'a: "x\nb: 1\n', undefined, /quote/],
    ['a bracket that is not closed', 'a.yaml', 'a: [1, 2\nb: 1\n', '1:4', /bracket `\[`/],
    ['a brace that is not closed', 'a.yaml', 'a: { b: { c: 1 }\nd: 2\n', '1:4', /brace `\{`/],
    ['a bracket inside a brace', 'a.yaml', 'a: { b: [1, 2 }\n', '1:9', /bracket `\[`/],
    ['a quote inside a brace', 'a.yaml', 'a:\n  b: { c: "x }\nd: 2\n', '2:11', /quote `"`/],
    ['a bracket that swallows names', 'a.yaml', 'a: [x, y\n  z: 1\n', '1:4', /bracket `\[`/],
    ['a quote inside quotes', 'a.yaml', "a: 'it's'\n", '1:8', /./],
    ['a custom tag', 'a.yaml', 'a: !include other.yaml\n', '1:4', /tag/],
    ['a JavaScript tag', 'a.yaml', 'a: !!js/function x\n', '1:4', /tag/],
    ['a binary tag', 'a.yaml', 'a: !!binary aGk=\n', '1:4', /tag/],
    ['a list as a name', 'a.yaml', '? [a, b]\n: 1\n', '1:3', /name/],
    ['an unknown anchor', 'a.yaml', 'a: 1\nb: *x\n', '2:4', /reference/],
    ['a wrong backslash', 'a.yaml', 'a: "\\q"\n', undefined, /backslash/],
    ['a comma too many', 'a.json', '{\n  "a": 1,\n}\n', '3:1', /JSON/],
    ['JSON that ends early', 'a.json', '{\n  "a": 1', '2:9', /JSON/],
    ['JSON with comments', 'a.json', '{ "a": 1 } // one\n', '1:12', /JSON/],
    ['YAML in a JSON file', 'a.json', 'a: 1\n', '1:1', /JSON/],
    ['a JSON name that stands twice', 'a.json', '{\n "a": 1,\n "a": 2\n}\n', '3:2', /already/],
    [
      'single quotes in JSON',
      'a.json',
      '{\n  "actions": ["a", "b", "c"],\n  "names": [1, \'b\']\n}\n',
      '3:16',
      /JSON/,
    ],
    ['an empty JSON file', 'a.json', '', '1:1', /JSON/],
  ])('reports %s', (_what, path, text, place, message) => {
    const { file, diagnostics } = parseRuleFile(path, text);
    expect(file.documents).toEqual([]);
    const [first] = diagnostics;
    expect(first).toMatchObject({ code: 'NBR_SYNTAX', severity: 'error', file: path });
    expect(first?.message).toMatch(message);
    if (place !== undefined) expect(`${first?.line}:${first?.column}`).toBe(place);
  });

  test('reports all broken lines at once, each once, and keeps the documents that are sound', () => {
    const text = 'a: 1\n---\nb: @x\nc: @y\n---\nd: 1\nd: 2\n';
    const { file, diagnostics } = parseRuleFile('a.yaml', text);
    expect(diagnostics.map(({ line }) => line)).toEqual([3, 4, 7]);
    expect(file.documents.map(({ value }) => value)).toEqual([{ a: 1 }]);
  });
});

describe('bombs', () => {
  test.each([
    ['open brackets', 'a.yaml', '['.repeat(100_000)],
    ['open braces', 'a.yaml', '{a: '.repeat(50_000)],
    ['dashes', 'a.yaml', '- '.repeat(100_000)],
    ['question marks', 'a.yaml', '? '.repeat(100_000)],
    [
      'indentation',
      'a.yaml',
      Array.from({ length: 1_000 }, (_, depth) => `${' '.repeat(depth)}a:`).join('\n'),
    ],
    ['balanced JSON', 'a.json', `${'['.repeat(50_000)}${']'.repeat(50_000)}`],
    ['an anchor in itself', 'a.yaml', 'a: &a\n  b: *a\n'],
  ])('refuses depth made of %s', (_what, path, text) => {
    const { diagnostics } = parseRuleFile(path, text);
    expect(diagnostics[0]).toMatchObject({ code: 'NBR_TOO_LARGE', severity: 'error' });
  });

  test('refuses anchors that multiply', () => {
    const nine = (name: string) => `[${Array.from({ length: 9 }, () => `*${name}`).join(', ')}]`;
    const text = `a: &a [x, x]\nb: &b ${nine('a')}\nc: &c ${nine('b')}\nd: &d ${nine('c')}\n`;
    const { diagnostics } = parseRuleFile('a.yaml', text);
    expect(diagnostics[0]).toMatchObject({ code: 'NBR_SYNTAX', line: 2, column: 8 });
    expect(diagnostics[0]?.message).toMatch(/unfold/);
  });
});
