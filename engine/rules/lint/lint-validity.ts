import type { LintedBook } from './linted-book.ts';

/** Actions whose time is over. */
export function lintValidity({ rulebook, drafts, warn, now }: LintedBook): void {
  if (now === undefined) return;
  for (const { name, value, at } of drafts.actions.drafts) {
    const action = rulebook.actions.get(name);
    if (!action || value.fields.valid.until === undefined || action.own.valid.until > now) continue;
    warn({
      code: 'NBR_EXPIRED',
      at: at.at('valid', 'until'),
      message: `the action \`${name}\`: found an end that is over, expected one that lies ahead; it is never shown again.`,
      hint: 'Delete the action, or give it a new period.',
    });
  }
}
