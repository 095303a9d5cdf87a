import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadRulebook } from '../../../adapters/rule-files/load-rulebook.ts';
import { openLibraries } from '../../../adapters/wiring/libraries.ts';
import { diagnosticCodes, operators, reasons, rulebookSchema } from '../../../engine/index.ts';
import { runRulebookTests } from '../../../engine/rules/run-rulebook-tests.ts';
import { folderOf, write } from './folder.ts';

const rules = new URL('../../../rules', import.meta.url).pathname;
const readme = readFileSync(join(rules, 'README.md'), 'utf8');

test('the walk-through works as it is written', async () => {
  const [rule, tests] = [...readme.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, block]) => block);
  const folder = folderOf({});
  cpSync(rules, folder, { recursive: true });
  write(folder, 'actions/welcome/repair-cafe.yaml', `${rule}${tests}`);
  const { rulebook, diagnostics } = await loadRulebook({ folder, libraries: openLibraries() });
  expect(diagnostics).toEqual([]);
  if (rulebook === undefined) throw new Error('it did not compile');
  const own = runRulebookTests(rulebook, Date.UTC(2026, 10, 20)).filter(({ test }) =>
    test.file.endsWith('repair-cafe.yaml'),
  );
  expect(own.map(({ test, failures }) => [test.name, ...failures])).toEqual([
    ['shown in Oslo'],
    ['not shown in Bergen'],
  ]);
});

test('its experiments compile', async () => {
  const [written] = [...readme.matchAll(/```yaml\n(experiments:\n {2}reviews-unasked[\s\S]*?)```/g)].map(
    ([, block]) => block,
  );
  const folder = folderOf({});
  cpSync(rules, folder, { recursive: true });
  write(folder, 'experiments.yaml', written ?? '');
  const { rulebook, diagnostics } = await loadRulebook({ folder, libraries: openLibraries() });
  expect(diagnostics).toEqual([]);
  expect(rulebook?.experiments.map(({ name }) => name)).toEqual([
    'universal',
    'care-or-club',
    'guide-title',
    'reviews-unasked',
  ]);
});

test('its slip gets the hint that is promised', async () => {
  const folder = folderOf({});
  cpSync(rules, folder, { recursive: true });
  write(
    folder,
    'x.yaml',
    'action: x\ngroup: a/b\naplicability: { fact: customer.known, operator: equal, value: true }\n',
  );
  const { diagnostics } = await loadRulebook({ folder, libraries: openLibraries() });
  const slip = diagnostics.find(({ code }) => code === 'NBR_UNKNOWN_FIELD');
  expect(slip).toMatchObject({ file: 'x.yaml', line: 3 });
  expect(`${slip?.message} ${slip?.hint}`).toContain('applicability');
});

test('its examples of our own operators compile, one for each', async () => {
  const examples = [...readme.matchAll(/^\| `(\w+)` *\|.*\| `(\{ fact: .*\})` *\|$/gm)];
  const own = [...operators].filter(([, { reference }]) => !reference).map(([name]) => name);
  expect(examples.map(([, name]) => name).sort()).toEqual(own.sort());
  const folder = folderOf({});
  cpSync(rules, folder, { recursive: true });
  const triggers = examples.map(
    ([, name, when]) => `  readme-${name}: { on: E, ask: push-message, when: ${when} }\n`,
  );
  write(folder, 'x.yaml', `triggers:\n${triggers.join('')}`);
  const { diagnostics } = await loadRulebook({ folder, libraries: openLibraries() });
  expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
});

test('has every section that it points to', () => {
  const anchors = [...readme.matchAll(/^#+ (.*)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replace(/[^a-z0-9 -]/g, '')
      .replaceAll(' ', '-'),
  );
  const links = [...readme.matchAll(/\]\(#([^)]+)\)/g)].map(([, anchor]) => anchor);
  expect(links.filter((link) => !anchors.includes(link ?? ''))).toEqual([]);
});

test('its quiet hours and whereabouts compile', async () => {
  const written = [...readme.matchAll(/```yaml\n((?:quietHours|timeZone):\n[\s\S]*?)```/g)].map(
    ([, block]) => block ?? '',
  );
  expect(written).toHaveLength(2);
  const folder = folderOf({});
  write(
    folder,
    'x.yaml',
    `${written.join('')}channels: { push: { direction: push } }
placements: { note: { channel: push } }
---
action: parcel
group: service/parcels
treatments: { a: { channel: push } }
`,
  );
  const { diagnostics } = await loadRulebook({ folder, libraries: openLibraries() });
  expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
});

test('lists every code with its meaning', () => {
  const listed = [...readme.matchAll(/^\| `(NBR_\w+)` *\| (.*?) *\|$/gm)].map(([, code, meaning]) => [
    code,
    meaning,
  ]);
  expect(Object.fromEntries(listed)).toEqual(diagnosticCodes);
});

test('names every reason and every field of the format', () => {
  const missing = Object.keys(reasons).filter((code) => code !== 'chosen' && !mentions(code));
  expect(missing).toEqual([]);
  expect([...fieldsIn(rulebookSchema())].filter((field) => !mentions(field))).toEqual([]);
});

/** As a word of its own, in code or in an example. */
function mentions(name: string): boolean {
  return new RegExp(`(?<![\\w-])${name}(?![\\w-])`).test(readme);
}

/** The names of all properties anywhere in a JSON Schema. */
function fieldsIn(schema: unknown, found = new Set<string>()): Set<string> {
  if (typeof schema !== 'object' || schema === null) return found;
  for (const [keyword, value] of Object.entries(schema)) {
    if (keyword === 'properties') for (const name of Object.keys(value)) found.add(name);
    fieldsIn(value, found);
  }
  return found;
}
