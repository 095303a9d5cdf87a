import type { Action, Placement, Rulebook } from '../../model/rulebook.ts';
import { type ReasonCode, reasons } from '../../reasons.ts';
import { alwaysValid } from '../compile-engagement.ts';

/**
 * The reasons that a test of this book can bring about, in the order of the pipeline. Tests ask for one placement with
 * full budgets and nobody held out, so some of the reasons never come up.
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
      return some(({ valid, treatments }) =>
        [{ valid }, ...treatments.flatMap(({ policy }) => policy ?? [])].some(isBounded),
      );
    case 'no-treatment':
      return somePlacement(book, ({ candidates }) =>
        candidates.some(({ treatments }) => treatments.length === 0),
      );
    case 'eligibility':
    case 'applicability':
    case 'suitability':
      return some(
        (action) => action[code] !== undefined || action.treatments.some(({ policy }) => policy?.[code]),
      );
    case 'consent':
      return some(({ purpose }) => purpose !== undefined);
    case 'quiet-hours':
      return book.quietHours.entries.length > 0;
    case 'contact-policy':
      return book.policies.length > 0;
    case 'not-worth-its-cost':
      return some(({ treatments }) => treatments.some(({ cost }) => cost !== 0)) || hasFormula(book);
    case 'adds-nothing':
    case 'left-alone':
      // A test knows nothing of what happens without any action, and tries nothing out.
      return false;
    case 'outranked':
      return somePlacement(book, ({ candidates, limit }) => candidates.length > limit);
    case 'diversity':
      return somePlacement(book, ({ diversity, limit }) => diversity !== undefined && diversity.max < limit);
    case 'budget':
    case 'paced':
    case 'holdout':
    case 'other-arm':
    case 'already-placed':
    case 'coupled':
    case 'degraded':
      return false;
  }
}

function isBounded({ valid }: Pick<Action, 'valid'>): boolean {
  return valid.from !== alwaysValid.from || valid.until !== alwaysValid.until;
}

/** A formula may come to less than nothing, whatever a contact costs. */
function hasFormula(book: Rulebook): boolean {
  return somePlacement(book, ({ formula }) => formula !== undefined);
}

function somePlacement(book: Rulebook, test: (placement: Placement) => boolean): boolean {
  return [...book.placements.values()].some(test);
}
