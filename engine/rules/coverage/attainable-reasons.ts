import type { Action, Placement, Rulebook } from '../../model/rulebook.ts';
import { type ReasonCode, reasons } from '../../reasons.ts';
import { alwaysValid } from '../compile-actions.ts';

/**
 * The reasons that a test of this book can bring about, in the order of the pipeline. Tests ask for one placement with
 * full budgets and nobody held out, so three of the reasons never come up.
 */
export function attainableReasons(book: Rulebook): readonly ReasonCode[] {
  const codes = Object.keys(reasons) as readonly ReasonCode[];
  return codes.filter((code) => isAttainable(code, book));
}

function isAttainable(code: ReasonCode, book: Rulebook): boolean {
  const some = (test: (action: Action) => unknown) => [...book.actions.values()].some(test);
  switch (code) {
    case 'chosen':
      return book.actions.size > 0;
    case 'not-valid-now':
      return some(({ valid }) => valid.from !== alwaysValid.from || valid.until !== alwaysValid.until);
    case 'no-treatment':
      return somePlacement(book, ({ candidates }) =>
        candidates.some(({ treatments }) => treatments.length === 0),
      );
    case 'eligibility':
    case 'applicability':
    case 'suitability':
      return some((action) => action[code] !== undefined);
    case 'consent':
      return some(({ purpose }) => purpose !== undefined);
    case 'contact-policy':
      return book.policies.length > 0;
    case 'not-worth-its-cost':
      return some(({ cost }) => Object.values(cost).some((amount) => amount > 0));
    case 'outranked':
      return somePlacement(book, ({ candidates, limit }) => candidates.length > limit);
    case 'budget':
    case 'holdout':
    case 'already-placed':
      return false;
  }
}

function somePlacement(book: Rulebook, test: (placement: Placement) => boolean): boolean {
  return [...book.placements.values()].some(test);
}
