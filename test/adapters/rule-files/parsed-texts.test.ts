import { expect, test } from 'vitest';
import { ParsedTexts } from '../../../adapters/rule-files/parsed-texts.ts';

const channels = { path: 'channels.yaml', text: 'channels: { web: { direction: pull } }\n' };

test('parses a file once, however many rulebooks it is in', () => {
  const parsed = new ParsedTexts();
  const first = parsed.parse(channels);
  expect(first.file.documents[0]?.value).toEqual({ channels: { web: { direction: 'pull' } } });
  expect(parsed.parse({ ...channels })).toBe(first);
});

test('another text is another file, and so is the same text in another place', () => {
  const parsed = new ParsedTexts();
  parsed.parse(channels);
  const changed = parsed.parse({ ...channels, text: channels.text.replace('pull', 'push') });
  expect(changed.file.documents[0]?.value).toEqual({ channels: { web: { direction: 'push' } } });
  expect(parsed.parse({ ...channels, path: 'more.yaml' }).file.path).toBe('more.yaml');
});

test('forgets what was not used for the longest time, and keeps nothing that is too large', () => {
  const parsed = new ParsedTexts({ keptCharactersMax: 100 });
  const file = (path: string) => ({ path, text: '#'.repeat(40) });
  const one = parsed.parse(file('one'));
  const two = parsed.parse(file('two'));
  expect(parsed.parse(file('one'))).toBe(one);
  parsed.parse(file('three'));
  expect(parsed.parse(file('one'))).toBe(one);
  expect(parsed.parse(file('two'))).not.toBe(two);
  const large = { path: 'large', text: '#'.repeat(200) };
  expect(parsed.parse(large)).not.toBe(parsed.parse(large));
});
