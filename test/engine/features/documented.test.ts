import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { orderFree } from '../../../engine/features/feature-order.ts';
import { featureFields, featureKinds } from '../../../engine/rules/feature-shape.ts';
import { bookOf } from '../support/book.ts';

const text = readFileSync(new URL('../../../rules/README.md', import.meta.url), 'utf8');
const section = text.slice(text.indexOf('\n## Features\n'), text.indexOf('\n## Channels and placements\n'));

/** The names in the first column of a table of the section. */
function namesIn(table: string): readonly string[] {
  const rows = section.slice(section.indexOf(`\n| ${table}`)).split('\n\n')[0] ?? '';
  return [...rows.matchAll(/^\| `(\w+)`/gm)].map(([, name]) => name as string);
}

describe('what the documentation says of features', () => {
  it('names every kind and every field', () => {
    expect([...namesIn('kind ')].sort()).toEqual([...featureKinds].sort());
    expect([...namesIn('kind '), ...namesIn('field ')].sort()).toEqual(Object.keys(featureFields).sort());
  });

  it('says of which kinds the order of events never matters', () => {
    const sentence = section.slice(
      section.indexOf('the order at all.'),
      section.indexOf('and whatever has no window'),
    );
    const named = [...sentence.matchAll(/`(\w+)`/g)].map(([, name]) => name as string);
    const always = featureKinds.filter((kind) => orderFree[kind] === 'always');
    expect(named.sort()).toEqual([...always].sort());
  });

  it('shows features that are valid', () => {
    const [, yaml = ''] = /```yaml\n([^`]*)```/.exec(section) ?? [];
    expect(bookOf(yaml).features.size).toBeGreaterThan(10);
  });
});
