import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readMap } from '../../../../adapters/cli/replay/read-map.ts';
import { CodedError } from '../../../../engine/errors.ts';

function faultsOf(text: string): readonly string[] {
  try {
    readMap('map.yaml', text);
  } catch (error) {
    if (error instanceof CodedError) return error.faults.map(({ pointer, detail }) => `${pointer} ${detail}`);
    throw error;
  }
  return [];
}

test('reads every mapping file that comes with the benchmarks', () => {
  const folder = new URL('../../../../bench/maps/', import.meta.url);
  const files = readdirSync(folder);
  expect(files.length).toBeGreaterThanOrEqual(5);
  for (const file of files) {
    expect(readMap(file, readFileSync(new URL(file, folder), 'utf8')).file).toBe(file);
  }
});

test('tells every fault at once, each with file, line and column', () => {
  const faults = faultsOf(
    ['usrId: person', 'type: trck', 'event: Bought', 'timestamp: { column: t, unit: hors }'].join('\n'),
  );
  expect(faults).toEqual([
    expect.stringMatching(/^map\.yaml:1:1 found the unknown field "usrId"; .*did you mean "userId"\?$/),
    expect.stringMatching(/^map\.yaml:2:7 type: found "trck"; .*did you mean "track"\?$/),
    expect.stringMatching(/^map\.yaml:1:1 found neither "userId" nor "anonymousId"/),
    expect.stringMatching(/^map\.yaml:4:31 timestamp\.unit: found "hors"; .*did you mean "hours"\?$/),
  ]);
});

test.each([
  ['', /expected a mapping/],
  ['userId: [', /map\.yaml:1:\d+ /],
  ['userId: a\nuserId: b\nevent: X\ntimestamp: t', /map\.yaml:2:1 .*unique/i],
  ['userId: a\nevent: X', /timestamp: found nothing/],
  ['userId: a\ntimestamp: t', /found no "event"/],
  ['userId: a\ntype: identify\nevent: X\ntimestamp: t', /only for type track/],
  ['userId: a..b\nevent: X\ntimestamp: t', /map\.yaml:1:9 userId: found "a\.\.b"/],
  ['userId: a\nevent: X\ntimestamp: { column: t }', /neither "unit" nor "format"/],
  ['userId: a\nevent: X\ntimestamp: { column: t, format: HH }', /expected iso or a pattern/],
  [
    'userId: a\nevent: X\ntimestamp: { column: t, unit: s, from: soon }',
    /found "soon"; expected an ISO 8601/,
  ],
  ['userId: a\nevent: X\ntimestamp: t\nproperties: { __proto__: b }', /cannot be one/],
  [
    'userId: a\nevent: X\ntimestamp: t\nproperties: { p: { column: b, value: 1 } }',
    /expected exactly one of/,
  ],
  ['userId: a\nevent: X\ntimestamp: t\nproperties: { p: { column: b, type: float } }', /found "float"/],
  ['userId: a\nevent: X\ntimestamp: t\nwhere: { column: b }', /exactly one of "in" and "notIn"/],
])('refuses %j', (text, reason) => {
  expect(faultsOf(text).join('\n')).toMatch(reason);
});
