import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { errorCodes, reasons } from '../../engine/index.ts';

/** Tables may be padded. */
const readme = readFileSync(new URL('../../engine/README.md', import.meta.url), 'utf8').replace(
  / +\|/g,
  ' |',
);

describe('the documentation', () => {
  it('lists every error code with its status, and no other', () => {
    const listed = [...readme.matchAll(/^\| `(NB_\w+)` \| (\d+) \| (yes|no) \|/gm)].map(
      ([, code, status, retry]) => [code, Number(status), retry === 'yes'],
    );
    const known = Object.entries(errorCodes).map(([code, { status, retryable }]) => [
      code,
      status,
      retryable,
    ]);
    expect(listed).toEqual(known);
  });

  it('lists every reason in its own words', () => {
    for (const [code, sentence] of Object.entries(reasons))
      expect(readme).toContain(`| \`${code}\` | ${sentence} |`);
  });
});
