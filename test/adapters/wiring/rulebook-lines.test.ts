import { expect, it } from 'vitest';
import { howItCame } from '../../../adapters/cli/support/rulebook-history.ts';
import { loadedLine } from '../../../adapters/wiring/rulebook-lines.ts';
import { sampleRulebook } from '../http/support/sample-rulebook.ts';

// Author and note come from whoever reaches the server; a terminal would obey what they hold.
const author = 'Ånn \u001b[31mred';
const note = 'one\r\ntwo';

it('shows an author and a note without what a terminal obeys', () => {
  const inForce = { version: 'a', since: 0, reason: 'rolled-back', by: author, note } as const;
  expect(loadedLine(sampleRulebook, inForce)).toMatch(
    /Rolled back at 1970-01-01T00:00:00.000Z by Ånn \ufffd\[31mred \(one {2}two\)\.$/,
  );
});

it('shows them so in the history as well', () => {
  expect(howItCame({ reason: 'rolled-back', author, note })).toBe(
    'rolled back by Ånn \ufffd[31mred (one  two)',
  );
});
