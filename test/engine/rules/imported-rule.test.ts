import { Engine, Rule } from 'json-rules-engine';
import { describe, expect, it } from 'vitest';
import { Cursor } from '../../../engine/rules/cursor.ts';
import { importedRuleShape, importRules } from '../../../engine/rules/imported-rule.ts';
import type { Diagnostic } from '../../../engine/rules/rule-file.ts';
import { invalid } from '../../../engine/rules/shape.ts';
import { documentOf } from './in-memory-document.ts';
import { compileFiles, soundFiles } from './sample-book.ts';

// The rule of the README of json-rules-engine, but for the path that its fact needs no function for.
const rule = {
  name: 'foul out',
  priority: 3,
  conditions: {
    any: [
      {
        all: [
          { fact: 'gameDuration', operator: 'equal', value: 40 },
          { fact: 'personalFoulCount', operator: 'greaterThanInclusive', value: 5 },
        ],
        name: 'short foul out limit',
      },
      {
        all: [{ fact: 'player-information', path: '$.company', operator: 'equal', value: 'acme' }],
        priority: 10,
      },
    ],
  },
  event: { type: 'fouledOut', params: { message: 'Player has fouled out, {{ traits.firstName }}!' } },
};

const settings = { 'settings.yaml': soundFiles['settings.yaml'] ?? '' };
const webOnly = {
  'settings.yaml':
    'channels:\n  web: { direction: pull }\nplacements:\n  basket: { channel: web, fallback: {} }\n',
};
const other = {
  conditions: { all: [] },
  event: { type: 'other', params: { channel: 'email', placements: ['mail-slot'] } },
};

function errorsOf(diagnostics: readonly Diagnostic[]) {
  return diagnostics.filter(({ severity }) => severity === 'error');
}

describe('a json-rules-engine rule', () => {
  it('becomes an action as it is', () => {
    const { rulebook, diagnostics } = compileFiles({ ...webOnly, 'rule.json': JSON.stringify(rule) });
    expect(diagnostics).toEqual([]);
    const action = rulebook?.actions.get('fouledOut');
    expect(action).toMatchObject({
      group: 'general/imported',
      issue: 'general',
      value: 3,
      lever: 0,
      cost: {},
    });
    expect(action?.treatments).toMatchObject([{ name: 'default', channel: 'web', placements: [] }]);
    expect(action?.treatments[0]?.content.render({ traits: { firstName: 'Ada' } })).toEqual({
      message: 'Player has fouled out, Ada!',
    });
    expect(rulebook?.facts.map(({ name }) => name)).toEqual([
      'context.gameDuration',
      'context.personalFoulCount',
      'context.player-information',
    ]);
  });

  it.each([
    { gameDuration: 40, personalFoulCount: 6 },
    { gameDuration: 48, personalFoulCount: 6 },
    { 'player-information': { company: 'acme' } },
    { 'player-information': 'acme' },
    {},
  ])('holds when json-rules-engine says so: %j', async (facts: Readonly<Record<string, unknown>>) => {
    const engine = new Engine([structuredClone(rule)], { allowUndefinedFacts: true });
    const expected = (await engine.run(facts)).events.length > 0;
    const { rulebook } = compileFiles({ ...settings, 'rule.json': JSON.stringify(rule) });
    const values = rulebook?.facts.map(({ name }) => facts[name.replace('context.', '')]) ?? [];
    expect(rulebook?.actions.get('fouledOut')?.eligibility?.holds(values)).toBe(expected);
  });

  it('may stand in a list, and may name its channel and placements', () => {
    const { rulebook, diagnostics } = compileFiles({
      ...settings,
      'rules.json': JSON.stringify([rule, other]),
    });
    expect(diagnostics.map(({ code, severity }) => [code, severity])).toEqual([
      ['NBR_EMPTY_CONDITION', 'warning'],
    ]);
    expect([...(rulebook?.actions.keys() ?? [])]).toEqual(['fouledOut', 'other']);
    expect(rulebook?.actions.get('other')).toMatchObject({ value: 1 });
    expect(rulebook?.actions.get('other')?.treatments).toMatchObject([
      { channel: 'email', placements: ['mail-slot'] },
    ]);
  });

  it('reads declared features under their own name', () => {
    const reading = {
      conditions: { all: [{ fact: 'wins', operator: 'equal', value: 1 }] },
      event: { type: 'x' },
    };
    const { rulebook } = compileFiles({
      ...settings,
      'features.yaml': 'features: { wins: { count: Game Won } }',
      'rule.json': JSON.stringify(reading),
    });
    expect(rulebook?.facts).toEqual([{ name: 'wins', source: { kind: 'feature', feature: 'wins' } }]);
  });

  it('needs a channel in the book', () => {
    const { diagnostics } = compileFiles({ 'rule.json': JSON.stringify(rule) });
    expect(diagnostics.map(({ code }) => code)).toEqual(['NBR_UNKNOWN_CHANNEL']);
  });

  it('is refused, with the place, where it relies on parameters of facts', () => {
    const { diagnostics } = compileFiles({
      ...settings,
      'rule.yaml':
        'conditions:\n  all:\n    - fact: x\n      operator: equal\n      value: 1\n      params: { a: 1 }\nevent: { type: x }\n',
    });
    expect(diagnostics).toMatchObject([{ code: 'NBR_UNKNOWN_FIELD', line: 6, column: 7 }]);
    expect(diagnostics[0]?.hint).toContain('take no parameters');
  });

  it('may be the text that json-rules-engine wrote, alone or in a list', () => {
    const text = new Rule(structuredClone(rule)).toJSON();
    for (const document of [text, [text]]) {
      const { rulebook, diagnostics } = compileFiles({ ...settings, 'rule.json': JSON.stringify(document) });
      expect(errorsOf(diagnostics)).toEqual([]);
      expect(rulebook?.actions.get('fouledOut')).toMatchObject({ value: 3 });
    }
  });

  it('that is text is looked through as the rest of the file is', () => {
    const text = '{"conditions":{"all":[]},"event":{"type":"x","params":{"__proto__":{"a":1}}}}';
    const { diagnostics } = compileFiles({ ...settings, 'rules.json': JSON.stringify([text]) });
    expect(diagnostics.map(({ code }) => code)).toContain('NBR_UNSAFE_KEY');
  });

  it.each(['{"conditions": ', 'a note', '{"all": []}'])('is not what any other text is: %s', (text) => {
    const { diagnostics } = compileFiles({ ...settings, 'rules.json': JSON.stringify([text]) });
    expect(errorsOf(diagnostics)).toMatchObject([{ code: 'NBR_WRONG_TYPE', severity: 'error' }]);
  });
});

describe('several json-rules-engine rules with one event', () => {
  const when = (fact: string) => ({ all: [{ fact, operator: 'equal', value: true }] });
  const first = { conditions: when('a'), event: { type: 'go', params: { x: 1, y: 2 } }, priority: 2 };
  const second = { conditions: when('b'), event: { type: 'go', params: { y: 2, x: 1 } }, priority: 5 };

  it('are one action, eligible by any of them, with the highest priority as its value', () => {
    const { rulebook, diagnostics } = compileFiles({
      ...settings,
      'one.json': JSON.stringify(first),
      'two.json': JSON.stringify([second, { ...first, conditions: when('c') }]),
    });
    expect(errorsOf(diagnostics)).toEqual([]);
    const action = rulebook?.actions.get('go');
    expect(action).toMatchObject({ value: 5 });
    expect(action?.treatments).toHaveLength(1);
    expect(rulebook?.facts.map(({ name }) => name)).toEqual(['context.a', 'context.b', 'context.c']);
    for (const [facts, holds] of [
      [[true, false, false], true],
      [[false, true, false], true],
      [[false, false, true], true],
      [[false, false, false], false],
    ] as const) {
      expect(action?.eligibility?.holds(facts)).toBe(holds);
    }
    expect(action?.eligibility?.source).toEqual({ any: [when('a'), when('b'), when('c')] });
  });

  it('need one content', () => {
    const stranger = { ...second, event: { type: 'go', params: { x: 2 } } };
    const { diagnostics } = compileFiles({
      ...settings,
      'rules.yaml': `${JSON.stringify(first)}\n---\n${JSON.stringify(second)}\n---\n${JSON.stringify(stranger)}\n`,
    });
    expect(errorsOf(diagnostics)).toMatchObject([{ code: 'NBR_DUPLICATE', line: 5 }]);
    expect(diagnostics[0]?.message).toContain('rules.yaml:1');
  });

  it('are not those whose events only become the same name', () => {
    const named = (type: string) => ({ ...first, event: { type } });
    const { diagnostics } = compileFiles({
      ...settings,
      'rules.json': JSON.stringify([named('go on'), named('go-on')]),
    });
    expect(errorsOf(diagnostics)).toMatchObject([{ code: 'NBR_DUPLICATE' }]);
    expect(diagnostics[0]?.message).toContain('"go on"');
  });

  it('do not join an action of the book', () => {
    const { diagnostics } = compileFiles({
      ...settings,
      'action.yaml': 'action: go\ngroup: g\ntreatments: { t: { channel: web } }\n',
      'rule.json': JSON.stringify(first),
    });
    expect(errorsOf(diagnostics)).toMatchObject([{ code: 'NBR_DUPLICATE', file: 'rule.json' }]);
  });
});

describe('the facts of json-rules-engine rules', () => {
  const reading = (fact: string) => ({
    conditions: { all: [{ fact, operator: 'equal', value: 1 }] },
    event: { type: 'x' },
  });

  it.each([
    ['weather', { name: 'context.weather', source: { kind: 'context', path: ['weather'] } }],
    ['user.age', { name: "context['user.age']", source: { kind: 'context', path: ['user.age'] } }],
    ['event.name', { name: "context['event.name']", source: { kind: 'context', path: ['event.name'] } }],
    ['traits.age', { name: 'traits.age', source: { kind: 'traits', path: ['age'] } }],
    ['context.a.b', { name: 'context.a.b', source: { kind: 'context', path: ['a', 'b'] } }],
  ])('are read where they are: %s', (fact, slot) => {
    const { rulebook } = compileFiles({ ...settings, 'rule.json': JSON.stringify(reading(fact)) });
    expect(rulebook?.facts).toEqual([slot]);
  });

  const shared = 'conditions: { cold: { all: [{ fact: degrees, operator: lessThan, value: 0 }] } }';
  const uses = { conditions: { all: [{ condition: 'cold' }] }, event: { type: 'x' } };

  it('are the same in the shared conditions that they use', () => {
    const { rulebook, diagnostics } = compileFiles({
      ...settings,
      'rule.json': JSON.stringify(uses),
      'shared.yaml': shared,
    });
    expect(errorsOf(diagnostics)).toEqual([]);
    expect(rulebook?.facts.map(({ name }) => name)).toEqual(['context.degrees']);
    expect(rulebook?.actions.get('x')?.eligibility?.holds([-3])).toBe(true);
  });

  it('are unknown in a shared condition that an action of the book uses too', () => {
    const { diagnostics } = compileFiles({
      ...settings,
      'rule.json': JSON.stringify(uses),
      'shared.yaml': shared,
      'action.yaml':
        'action: a\ngroup: g\neligibility: { condition: cold }\ntreatments: { t: { channel: web } }\n',
    });
    expect(errorsOf(diagnostics)).toMatchObject([{ code: 'NBR_UNKNOWN_FACT', file: 'shared.yaml' }]);
  });

  it('may be features there, for both', () => {
    const { rulebook, diagnostics } = compileFiles({
      ...settings,
      'features.yaml': 'features: { degrees: { last: Measured, of: properties.degrees } }',
      'rule.json': JSON.stringify(uses),
      'shared.yaml': shared,
      'action.yaml':
        'action: a\ngroup: g\neligibility: { condition: cold }\ntreatments: { t: { channel: web } }\n',
    });
    expect(errorsOf(diagnostics)).toEqual([]);
    expect(rulebook?.facts.map(({ name }) => name)).toEqual(['degrees']);
  });
});

describe('very many rules with one event', () => {
  it('become one action, whose value is the highest of their priorities', () => {
    const at = new Cursor({ file: 'x.json', document: documentOf(other), findings: [] });
    const read = importedRuleShape.read(other, at);
    if (read === invalid) throw new Error('the rule is sound');
    const more = Array.from({ length: 200_000 }, (_, priority) => ({ rule: { ...read, priority }, at }));
    expect(importRules({ rule: read, at }, more)).toMatchObject({ fields: { value: 199_999 } });
  });
});
