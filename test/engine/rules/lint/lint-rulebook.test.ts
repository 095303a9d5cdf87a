import { describe, expect, it } from 'vitest';
import { compileRulebook } from '../../../../engine/rules/compile-rulebook.ts';
import { ruleFile } from '../in-memory-document.ts';
import { libraries } from '../sample-book.ts';
import { action, asking, cleanFiles, is, lintWith } from './clean-book.ts';

const neverTrue = asking(is('orders.count', 'lessThan', 0));
const codes = (files: Readonly<Record<string, string>>) =>
  lintWith(files).diagnostics.map(({ code }) => code);

describe('the lint of a rulebook', () => {
  it('leaves the book in force', () => {
    const { rulebook, diagnostics } = lintWith({ 'z.yaml': neverTrue });
    expect(rulebook?.actions.has('extra')).toBe(true);
    expect(diagnostics).toMatchObject([{ severity: 'warning' }]);
  });

  it('reports what stands by itself beside errors, in the same run', () => {
    const faulty = 'features:\n  views: { count: page, of: properties.x }\n';
    expect(codes({ 'z.yaml': neverTrue, 'y.yaml': faulty })).toEqual([
      'NBR_CONFLICTING_FIELDS',
      'NBR_NEVER_TRUE',
    ]);
  });

  it('does not take for unused what only an unsound part uses', () => {
    const unused = `budgets:\n  extra: { unit: contacts, total: 10, period: day }\n---\n${action('budgets: [extra]\ncost: { letter: 1 }')}`;
    expect(codes({ 'z.yaml': unused })).toEqual(['NBR_UNKNOWN_CHANNEL']);
  });

  it('does not miss the cost of a treatment whose channel is misspelt', () => {
    const budget = 'budgets:\n  extra: { unit: cost, total: 10, period: day }\n---\n';
    const misspelt = `${action('budgets: [extra]\ncost: { email: 1 }')}  letter: { channel: emial, content: { title: Something } }\n`;
    expect(codes({ 'z.yaml': budget + misspelt })).toEqual(['NBR_UNKNOWN_CHANNEL']);
  });

  it('does not compare rules of which an unsound part is missing', () => {
    const weight = (group: string) =>
      `{ when: ${is('context.device', 'equal', 'phone')}, groups: [${group}], weight: 2 }`;
    const weights = `arbitration:\n  contextWeights: [${weight('no-such')}, ${weight('nor-such')}]`;
    const trigger = (value: string) =>
      `{ on: Left, ask: [mail], when: ${is('orders.count', 'noSuch', value)} }`;
    const triggers = `triggers:\n  one: ${trigger('1')}\n  two: ${trigger('2')}`;
    const outcome = (value: string) =>
      `{ on: Left, outcome: click, within: 1d, where: ${is('event.properties.x', 'noSuch', value)} }`;
    const outcomes = `outcomes:\n  one: ${outcome('1')}\n  two: ${outcome('2')}`;
    for (const files of [{ 'arbitration.yaml': weights }, { 'z.yaml': triggers }, { 'z.yaml': outcomes }]) {
      const found = codes(files);
      expect(found).not.toEqual([]);
      expect(found).not.toContain('NBR_SHADOWED');
    }
  });

  it('says nothing of the time when it is not told the time', () => {
    const sources = { ...cleanFiles, 'z.yaml': action('valid: { until: 2020-01-01 }') };
    const files = Object.entries(sources).map(([path, source]) => ruleFile(path, source));
    expect(compileRulebook({ files, version: 'v1', libraries }).diagnostics).toEqual([]);
    expect(
      compileRulebook({ files, version: 'v1', libraries, now: Date.UTC(2020, 0, 1) }).diagnostics,
    ).toEqual([]);
    expect(
      compileRulebook({ files, version: 'v1', libraries, now: Date.UTC(2020, 0, 2) }).diagnostics,
    ).toMatchObject([{ code: 'NBR_EXPIRED' }]);
  });

  it('says nothing of an empty book', () => {
    const files = [ruleFile('a.yaml', cleanFiles['settings.yaml'] ?? '')];
    expect(compileRulebook({ files, version: 'v1', libraries }).diagnostics).toEqual([]);
  });

  it('stays in proportion in lists of thousands', () => {
    const many = (operator: string) =>
      Array.from({ length: 5_000 }, (_, index) => is('traits.tier', operator, `v${index}`)).join(', ');
    const wide = action(
      `eligibility: { any: [${many('equal')}] }\nsuitability: { all: [${many('notEqual')}] }`,
    );
    expect(lintWith({ 'z.yaml': wide }).rulebook).toBeDefined();
  });
});
