import type { ContextWeight } from '../../model/rulebook.ts';
import { eachTwo, isSameList, isWithin, type Placed } from './alike-rules.ts';
import { type LintedBook, placeInWords } from './linted-book.ts';

/** Context weights that stand there twice: then they also count twice. */
export function lintWeights({ rulebook, drafts, domains, warn }: LintedBook): void {
  const at = drafts.arbitration.draft?.at.at('contextWeights');
  if (!at) return;
  const placed = rulebook.arbitration.contextWeights.map((rule, index) => ({ rule, at: at.at(index) }));
  eachTwo(placed, keysOf, (earlier, later) => {
    if (!isSame(earlier, later)) return false;
    warn({
      code: 'NBR_SHADOWED',
      at: later.at,
      message: `${later.at.label}: found the same weight as in ${placeInWords(earlier.at)}, expected it once; both are added.`,
      hint: `Delete one of the two, or write \`weight: ${later.rule.weight * 2}\` once if it is meant to count twice.`,
    });
    return true;
  });

  function isSame({ rule: one }: Placed<ContextWeight>, { rule: other }: Placed<ContextWeight>): boolean {
    return (
      isSameList(one.groups, other.groups) &&
      isSameList(one.actions, other.actions) &&
      isSameList(one.treatments, other.treatments) &&
      isWithin(one.when, other.when, domains) &&
      isWithin(other.when, one.when, domains)
    );
  }
}

function keysOf({ groups, actions, weight }: ContextWeight): readonly string[] {
  return [`${weight} ${groups.length} ${actions.length}`];
}
