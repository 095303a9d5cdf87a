import { array, assert, property, string } from 'fast-check';
import { expect, test } from 'vitest';
import { splitDelimited } from '../../../engine/text/split-delimited.ts';

function quote(cell: string): string {
  return `"${cell.replaceAll('"', '""')}"`;
}

test('gives back the cells of any quoted record', () => {
  assert(
    property(array(string({ unit: 'grapheme' }), { minLength: 1 }), (cells) => {
      expect(splitDelimited(cells.map(quote).join(','), ',')).toEqual(cells);
    }),
  );
});

test.each([
  ['a,b,,d', ['a', 'b', '', 'd']],
  ['a,"b,c",d\r', ['a', 'b,c', 'd']],
  ['"two\nlines",x', ['two\nlines', 'x']],
  ['2" nail,"say ""hi"""', ['2" nail', 'say "hi"']],
  ['', ['']],
])('splits %j', (record, cells) => {
  expect(splitDelimited(record, ',')).toEqual(cells);
});

test('knows a record that goes on in the next line', () => {
  expect(splitDelimited('a,"b', ',')).toBe('open');
  expect(splitDelimited('a,"b""', ',')).toBe('open');
});
