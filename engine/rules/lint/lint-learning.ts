import type { LintedBook } from './linted-book.ts';

/** What is set for learning and changes nothing. */
export function lintLearning(book: LintedBook): void {
  lintExcluded(book);
  lintGuard(book);
}

/** With `auto`: what would not have been among the predictors anyway. */
function lintExcluded({ drafts, rulebook, warn }: LintedBook): void {
  const { draft } = drafts.learning;
  const features = [...rulebook.features.keys()];
  const names = [...rulebook.facts.map(({ name }) => name), ...features];
  for (const [index, excluded] of (draft?.value.exclude ?? []).entries()) {
    if (names.some((name) => name === excluded || name.startsWith(`${excluded}.`))) continue;
    const at = draft?.at.at('exclude', index);
    if (!at) continue;
    warn({
      code: 'NBR_NO_EFFECT',
      at,
      message: `${at.label}: found \`${excluded}\`, expected a fact that the book names; nothing else is learned from.`,
      hint: 'Leave it out.',
    });
  }
}

/** Only options that are weighed have a share that can be capped. */
function lintGuard({ drafts, rulebook, warn }: LintedBook): void {
  const { draft } = drafts.learning;
  const books = [rulebook, ...rulebook.challengers.values()];
  if (!draft || books.some(({ arbitration }) => arbitration.exploration.kind === 'weighed')) return;
  for (const field of ['matureAt', 'shareCap'] as const) {
    if (draft.value[field] === undefined) continue;
    const at = draft.at.at(field);
    warn({
      code: 'NBR_NO_EFFECT',
      at,
      message: `${at.label}: found it beside an exploration that weighs nothing, expected one that does; as it is, no share is capped.`,
      hint: 'Write `exploration: {}` in `arbitration`, or leave this out.',
    });
  }
}
