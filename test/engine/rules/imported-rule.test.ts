import { Engine } from 'json-rules-engine';
import { describe, expect, it } from 'vitest';
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
const other = {
  conditions: { all: [] },
  event: { type: 'other', params: { channel: 'email', placements: ['mail-slot'] } },
};

describe('a json-rules-engine rule', () => {
  it('becomes an action as it is', () => {
    const { rulebook, diagnostics } = compileFiles({ ...settings, 'rule.json': JSON.stringify(rule) });
    expect(diagnostics).toEqual([]);
    const action = rulebook?.actions.get('fouledOut');
    expect(action).toMatchObject({
      group: 'general/imported',
      issue: 'general',
      value: 3,
      lever: 1,
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
  });
});
