import type { LintedBook } from './linted-book.ts';

/** A placement that is to stand or fall together with others, of which there are none. */
export function lintCouples({ drafts, warn }: LintedBook): void {
  const sizes = new Map<string, number>();
  for (const { value } of drafts.placements.drafts) {
    const { together } = value;
    if (together !== undefined) sizes.set(together, (sizes.get(together) ?? 0) + 1);
  }
  for (const { name, value, at } of drafts.placements.drafts) {
    if (value.together === undefined || sizes.get(value.together) !== 1) continue;
    warn({
      code: 'NBR_NO_EFFECT',
      at: at.at('together'),
      message: `the placement \`${name}\`: expected another placement with \`together: ${value.together}\`, found none; it stands alone.`,
      hint: 'Give both placements the same name under `together`, or leave it out.',
    });
  }
}
