import { describe, expect, it } from 'vitest';
import { checkReportJson, checkReportText } from '../../../../adapters/cli/rulebook/check-report.ts';
import { openRulebook } from '../../../../adapters/cli/rulebook/open-rulebook.ts';
import { testReportJson, testReportText } from '../../../../adapters/cli/rulebook/test-report.ts';
import { coverageOf, runRulebookTests } from '../../../../engine/index.ts';
import { folderOf } from '../../rule-files/folder.ts';

const now = Date.UTC(2026, 10, 20);

const rules = `channels: { web: { direction: pull } }
placements: { hero: { channel: web, fallback: {} } }
features: { orders: { count: Order Completed } }
conditions:
  buyer: { fact: orders, operator: greaterThan, value: 0 }
---
action: offer
group: sales
eligibility: { condition: buyer }
applicability: { fact: context.city, operator: equal, value: Oslo }
treatments: { card: { channel: web } }
tests:
  - name: shown in Oslo
    customer: { features: { orders: 1 } }
    context: { city: Oslo }
    ask: { placement: hero }
    expect: { first: offer }
`;

const failing = `  - name: shown in Bergen
    customer: { features: { orders: 1 } }
    context: { city: Bergen }
    ask: { placement: hero }
    expect: { first: offer, fallback: false }
`;

async function reportOf(yaml: string, folder = folderOf({ 'shop.yaml': yaml })) {
  const { rulebook, diagnostics, folder: read } = await openRulebook(folder);
  const results = rulebook ? runRulebookTests(rulebook, now) : [];
  const version = rulebook?.version ?? '';
  const coverage = rulebook && coverageOf(rulebook, results, now);
  const check = { folder: 'rules', version: rulebook?.version, diagnostics, results };
  return {
    check,
    tests: { folder: 'rules', version, results, ...(coverage && { coverage }) },
    texts: read.texts,
  };
}

const color = false;

describe('what the tests of a rulebook came to', () => {
  it('is told by file, with what was expected, what was found and why', async () => {
    const { tests } = await reportOf(rules + failing);
    expect(testReportText(tests, { color })).toBe(`rules/shop.yaml
  ✓ shown in Oslo
  ✗ shown in Bergen (line 18)
      expected  offer first
      found     the fallback
      why       offer is out by applicability: It is not relevant to the customer now. It needs context.city = "Oslo", but it was "Bergen".
      expected  no fallback
      found     the fallback

2 tests: 1 passed, 1 failed

Conditions: 75 % covered (3 of 4 sides seen)
  rules/shop.yaml:5:10 never false: orders > 0 (eligibility of offer)
Reason that no test meets: eligibility (The customer may not have it.)
`);
  });

  it('is data for programs', async () => {
    const { tests } = await reportOf(rules);
    expect(testReportJson(tests)).toEqual({
      folder: 'rules',
      version: tests.version,
      passed: 1,
      failed: 0,
      tests: [{ name: 'shown in Oslo', file: 'shop.yaml', line: 13, passed: true, failures: [] }],
      coverage: {
        percent: 50,
        sidesSeen: 2,
        sidesPossible: 4,
        comparisons: [
          {
            ...{ file: 'shop.yaml', line: 5, column: 10, of: 'action', name: 'offer', field: 'eligibility' },
            ...{ via: 'buyer', text: 'orders > 0', seenTrue: true, seenFalse: false },
          },
          {
            ...{
              file: 'shop.yaml',
              line: 10,
              column: 16,
              of: 'action',
              name: 'offer',
              field: 'applicability',
            },
            ...{ text: 'context.city = "Oslo"', seenTrue: true, seenFalse: false },
          },
        ],
        actionsNeverShown: [],
        reasonsNeverMet: ['eligibility', 'applicability'],
      },
    });
  });

  it('is coloured only where colours are wanted, and obeys no control characters of a file', async () => {
    const { tests } = await reportOf(rules.replace('shown in Oslo', '"in \\e[31mOslo"'));
    expect(testReportText(tests, { color: true })).toContain('\u001b[32m✓\u001b[0m in \ufffd[31mOslo');
    expect(testReportText(tests, { color })).not.toContain('\u001b');
  });

  it('tells how much was wanted', async () => {
    const { tests } = await reportOf(rules);
    expect(testReportText({ ...tests, percentMin: 80 }, { color })).toContain(
      'Conditions: 50 % covered (2 of 4 sides seen, at least 80 % wanted)',
    );
  });

  it('lacks nothing where there are no conditions and no tests', async () => {
    const { tests } = await reportOf('currency: EUR');
    expect(testReportText(tests, { color })).toBe(
      '\n0 tests: 0 passed, 0 failed\n\nConditions: 100 % covered (0 of 0 sides seen)\n',
    );
  });
});

describe('what a check found', () => {
  it('names failed tests with their place, and counts', async () => {
    const { check, texts } = await reportOf(rules + failing);
    expect(checkReportText(check, { texts, color })).toBe(`rules/shop.yaml:18 test failed: shown in Bergen
    expected offer first, found: the fallback
    offer is out by applicability: It is not relevant to the customer now. It needs context.city = "Oslo", but it was "Bergen".
    expected no fallback, found: the fallback
Rulebook ${check.version}: valid, 1 of 2 tests passed.
`);
  });

  it('shows every finding with its source line and says that nothing goes live', async () => {
    const { check, texts } = await reportOf(rules.replace('channel: web }', 'channel: wob }'));
    const text = checkReportText(check, { texts, color });
    expect(text).toContain('rules/shop.yaml:11:32 error NBR_UNKNOWN_CHANNEL');
    expect(text).toContain(`    treatments: { card: { channel: wob } }\n    ${' '.repeat(31)}^\n    hint: `);
    expect(text).toMatch(
      /1 error, \d+ warnings?\nrules is not a valid rulebook; it would not be put into force\.\n$/,
    );
  });

  it('is data for programs', async () => {
    const { check } = await reportOf('acton: a\ngroup: g\n');
    expect(checkReportJson(check)).toMatchObject({
      folder: 'rules',
      valid: false,
      version: null,
      errors: 1,
      warnings: 0,
      diagnostics: [{ code: 'NBR_UNKNOWN_FIELD', severity: 'error', file: 'shop.yaml', line: 1, column: 1 }],
      passed: 0,
      failed: 0,
      tests: [],
    });
  });

  it('has words for a folder without rule files, and for one that is not there', async () => {
    const { check } = await reportOf('', folderOf({ 'notes.txt': '' }));
    expect(checkReportText(check, { color })).toMatch(
      /^rules error NBR_UNREADABLE: the rules folder holds no rule files/,
    );
    await expect(openRulebook('/nowhere')).rejects.toThrow(
      'expected a folder with rule files, found no folder at /nowhere',
    );
  });
});
