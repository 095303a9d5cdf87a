import { describe, expect, it } from 'vitest';
import { parseRuleFile } from '../../../adapters/rule-files/parse-rule-file.ts';
import { openLibraries } from '../../../adapters/wiring/libraries.ts';
import { compileInSteps, compileRulebook } from '../../../engine/index.ts';

const base = `channels:
  web: { direction: pull }
placements:
  hero: { channel: web, fallback: { title: Welcome } }
`;

function sourceOf(actions: readonly string[], more = '') {
  const documents = actions.map(
    (name) =>
      `---\naction: ${name}\ngroup: sales/test\ntreatments:\n  card: { channel: web, content: { title: ${name} } }\n`,
  );
  const { file } = parseRuleFile('book.yaml', [base, more, ...documents].join(''));
  return { files: [file], version: 'v', libraries: openLibraries() };
}

function inSteps(source: ReturnType<typeof sourceOf>) {
  const steps = compileInSteps(source);
  for (let count = 1; ; count += 1) {
    const step = steps.next();
    if (step.done) return { count, compiled: step.value };
  }
}

describe('Compiling in steps', () => {
  it('pauses for every action of the book at least', () => {
    const few = inSteps(sourceOf(['a', 'b']));
    const many = inSteps(sourceOf(Array.from({ length: 102 }, (_, number) => `a${number}`)));
    expect(many.compiled.rulebook?.actions.size).toBe(102);
    expect(many.count - few.count).toBeGreaterThanOrEqual(100);
  });

  it('finds what compiling at once finds', () => {
    const source = sourceOf(
      ['a', 'b'],
      'segments:\n  s: { when: { fact: nowhere, operator: equal, value: 1 } }\n',
    );
    const { compiled } = inSteps(source);
    expect(compiled.diagnostics.length).toBeGreaterThan(0);
    expect(compiled).toEqual(compileRulebook(source));
  });
});
