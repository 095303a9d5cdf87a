import { CodedError } from '../../../engine/index.ts';

/** The word a command takes; one word too many is a slip, and leaving it out would answer another question. */
export function onlyOne(words: readonly string[], what: string): string | undefined {
  const [word, ...more] = words;
  if (more.length === 0) return word;
  throw new CodedError('NB_CONFIG', `expected one ${what} at most, found "${words.join('" and "')}"`);
}
