import { describe, expect, it } from 'vitest';
import { openLibraries } from '../../adapters/wiring/libraries.ts';
import { canonicalJson, reasons } from '../../engine/index.ts';
import { readCaseFiles } from './case-files.ts';
import { checkMust } from './check-must.ts';
import { openCases } from './run-case.ts';

const files = readCaseFiles();
const cases = [...files.values()].flatMap((file) => file.cases);

for (const [name, file] of files) {
  describe(name, () => {
    const run = openCases(file, openLibraries());
    it.each(file.cases.map((one) => [one.name, one] as const))('%s', (_name, one) => {
      const { answer } = run(one);
      expect(checkMust(one.must, answer)).toEqual([]);
      expect(canonicalJson(answer)).toBe(canonicalJson(one.expect));
    });
  });
}

describe('the decision cases', () => {
  it('are at least 200, and no two of a file have the same name', () => {
    expect(cases.length).toBeGreaterThanOrEqual(200);
    for (const file of files.values())
      expect(new Set(file.cases.map(({ name }) => name)).size).toBe(file.cases.length);
  });

  it('come to every reason that there is', () => {
    const told = cases.flatMap(({ expect: answer }) =>
      (answer?.placements ?? []).flatMap((placement) => placement.reasons.map(({ code }) => code)),
    );
    expect([...new Set(told)].sort()).toEqual(Object.keys(reasons).sort());
  });

  it('state by hand what matters, each of them', () => {
    for (const { name, must } of cases) {
      const stated = [must.placements, must.arms, must.spends, must.putOffUntil];
      expect(
        stated.some((part) => part !== undefined),
        name,
      ).toBe(true);
    }
  });
});
