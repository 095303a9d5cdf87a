import { describe, expect, it } from 'vitest';
import { lintWith } from './clean-book.ts';
import type { Fault } from './planted-fault.ts';
import { plantedFaults } from './planted-faults.ts';

function check([code, planted, ...words]: Fault): void {
  const { in: file, source: marked } =
    typeof planted === 'string' ? { in: 'z/fault.yaml', source: planted } : planted;
  const before = marked.slice(0, marked.indexOf('§')).split('\n');
  const { rulebook, diagnostics } = lintWith({ [file]: marked.replace('§', '') });
  expect(diagnostics.map((finding) => `${finding.code} ${finding.message}`)).toHaveLength(1);
  const [finding] = diagnostics;
  expect(finding).toMatchObject({
    code,
    severity: 'warning',
    file,
    line: before.length,
    column: (before.at(-1)?.length ?? 0) + 1,
  });
  expect(rulebook).toBeDefined();
  expect(finding?.message).toContain('expected');
  const text = `${finding?.message} ${finding?.hint}`;
  for (const word of words) expect(text).toContain(word);
  expect(finding?.hint?.length ?? 0).toBeGreaterThan(10);
}

for (const [title, faults] of Object.entries(plantedFaults)) {
  describe(title, () => {
    for (const [name, fault] of Object.entries(faults)) it(name, () => check(fault));
  });
}

it('there are many, all told apart by name', () => {
  const titles = Object.entries(plantedFaults).flatMap(([title, faults]) =>
    Object.keys(faults).map((name) => `${title} ${name}`),
  );
  expect(titles.length).toBeGreaterThanOrEqual(120);
});

it('the book they are planted in has no fault of its own', () => {
  expect(lintWith({}).diagnostics).toEqual([]);
});
