import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect, test } from 'vitest';
import { loadRulebook } from '../../../adapters/rule-files/load-rulebook.ts';
import { openLibraries } from '../../../adapters/wiring/libraries.ts';
import { folderOf } from './folder.ts';

const project = new URL('../../..', import.meta.url).pathname;
const benches = join(project, 'bench/rulebooks');
const folders = [join(project, 'rules'), ...readdirSync(benches).map((name) => join(benches, name))];
const now = Date.UTC(2026, 10, 20, 10);
/** A book over offers of July 2018 is looked at while they run. */
const times: Readonly<Record<string, number>> = { 'starbucks-offers': Date.UTC(2018, 6, 10) };

test.each(folders)('nothing is found in a book that is meant as it stands: %s', async (folder) => {
  const at = times[basename(folder)] ?? now;
  const { rulebook, diagnostics } = await loadRulebook({ folder, libraries: openLibraries(), now: at });
  expect(diagnostics).toEqual([]);
  expect(rulebook).toBeDefined();
});

test('a file that cannot be read does not make what it uses look unused', async () => {
  const folder = folderOf({
    'book.yaml': `channels:
  web: { direction: pull }
placements:
  hero: { channel: web, fallback: { title: Welcome } }
conditions:
  rain: { fact: context.weather, operator: equal, value: rain }
---
action: a
group: sales/a
treatments:
  card: { channel: web, content: { title: A } }
`,
    'broken.yaml': 'action: [',
  });
  const { diagnostics } = await loadRulebook({ folder, libraries: openLibraries(), now });
  expect(diagnostics.map(({ file }) => file)).toEqual(diagnostics.map(() => 'broken.yaml'));
});

test('an action whose time is over is told of when the time is told', async () => {
  const folder = join(project, 'rules');
  const later = { folder, libraries: openLibraries(), now: Date.UTC(2100, 0, 1) };
  const { diagnostics } = await loadRulebook(later);
  expect(diagnostics.map(({ code, severity }) => [code, severity])).toEqual([['NBR_EXPIRED', 'warning']]);
});
