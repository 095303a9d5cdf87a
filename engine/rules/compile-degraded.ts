import { isInGroups } from '../customer/outcomes.ts';
import { indexPolicies } from '../decide/policies/policy-index.ts';
import type { DegradedRules } from '../model/degraded-rules.ts';
import type { Action, Candidate, Placement, Rulebook } from '../model/rulebook.ts';
import type { BookContext } from './book-context.ts';
import type { Cursor } from './cursor.ts';
import { barToAction, barToSpot, quietIn } from './degraded-bars.ts';
import type { DegradedFields } from './degraded-shape.ts';
import { noExploration } from './exploration-shape.ts';
import { parseGroup } from './group-name.ts';
import { IndexedEngagement } from './matcher/engagement-matcher.ts';

/**
 * The degraded mode of a book: what may be shown without a look at the customer.
 *
 * 1. Only what is declared is open, and of that only what nothing in the book counts, limits, or asks consent for; a
 *    challenger counts as well, because nobody knows then by which book the customer is decided on.
 * 2. A declaration that opens nothing is a finding, never silently void.
 */
export function compileDegraded(context: BookContext, book: Rulebook): DegradedRules | undefined {
  const { draft } = context.drafts.degraded;
  if (!draft) return undefined;
  const { value, at } = draft;
  context.names.checkAll('action', value.actions, at.at('actions'));
  const groups = context.names.groups(value.groups, at.at('groups'));
  const declared = [...book.actions.values()].filter(
    ({ name, group }) => value.actions.includes(name) || groups.includes(group),
  );
  const books = [book, ...book.challengers.values()];
  const opened = new Map<Action, readonly Candidate[]>();
  const placements = [...book.placements.values()].map((placement) =>
    openIn(placement, { declared, books, opened }),
  );
  reportClosed({ value, at }, { declared, books, opened });
  const { after: afterMs, actions } = value;
  return { afterMs, actions, groups, book: stateless(book, placements, new Set(opened.keys())) };
}

interface Opening {
  readonly declared: readonly Action[];
  readonly books: readonly Rulebook[];
  /** Where each action that is open may stand. */
  readonly opened: Map<Action, readonly Candidate[]>;
}

/** The placement with those of its candidates that are open in all books. */
function openIn(placement: Placement, { declared, books, opened }: Opening): Placement {
  const candidates = placement.candidates.flatMap((candidate): readonly Candidate[] => {
    const { action } = candidate;
    if (!declared.includes(action) || barInBooks(books, action) !== undefined) return [];
    const treatments = candidate.treatments.filter(
      (treatment) => barToSpotInBooks(books, { action, placement, treatment: treatment.name }) === undefined,
    );
    if (treatments.length === 0) return [];
    const open = { action, treatments };
    opened.set(action, [...(opened.get(action) ?? []), open]);
    return [open];
  });
  const [book] = books;
  const isPushed = book?.channels.get(placement.channel)?.direction === 'push';
  // Whether it is quiet where the customer is cannot be known, so nothing is sent.
  const isSilent = isPushed && books.some((one) => quietIn(one, placement.channel).length > 0);
  return { ...placement, candidates, ...(isSilent && { fallback: undefined }) };
}

function barInBooks(books: readonly Rulebook[], { name }: Action): string | undefined {
  for (const book of books) {
    const action = book.actions.get(name);
    const bar = action ? barToAction(book, action) : 'is not in every challenger';
    if (bar !== undefined) return bar;
  }
  return undefined;
}

interface NamedSpot {
  readonly action: Action;
  readonly placement: Placement;
  readonly treatment: string;
}

function barToSpotInBooks(books: readonly Rulebook[], spot: NamedSpot): string | undefined {
  for (const book of books) {
    const placement = book.placements.get(spot.placement.name);
    const candidate = placement?.candidates.find(({ action }) => action.name === spot.action.name);
    const treatment = candidate?.treatments.find(({ name }) => name === spot.treatment);
    const bar =
      placement && candidate && treatment
        ? barToSpot(book, { action: candidate.action, treatment, placement })
        : 'is not in every challenger';
    if (bar !== undefined) return bar;
  }
  return undefined;
}

/** The book for customers of whom nothing is known, on which nothing may be counted. */
function stateless(book: Rulebook, placements: readonly Placement[], open: ReadonlySet<Action>): Rulebook {
  // The matcher goes by the position of an action in the book; those that are closed ask nothing.
  const asked = [...book.actions.values()].map((action) =>
    open.has(action)
      ? action
      : { ...action, eligibility: undefined, applicability: undefined, suitability: undefined },
  );
  return {
    ...book,
    placements: new Map(placements.map((placement) => [placement.name, placement])),
    engagement: new IndexedEngagement(asked, placements),
    policies: [],
    policyIndex: indexPolicies([], []),
    quietHours: { ...book.quietHours, entries: [] },
    budgets: new Map(),
    charges: [],
    experiments: [],
    challengers: new Map(),
    arbitration: { ...book.arbitration, exploration: noExploration },
  };
}

interface Declaration {
  readonly value: DegradedFields;
  readonly at: Cursor;
}

function reportClosed({ value, at }: Declaration, opening: Opening): void {
  const { declared, opened } = opening;
  for (const [index, name] of value.actions.entries()) {
    const action = declared.find((one) => one.name === name);
    if (!action || opened.has(action)) continue;
    const place = at.at('actions', index);
    place.error(
      'NBR_NOT_WHEN_DEGRADED',
      `${place.label}: expected an action that nothing counts or limits, found that \`${name}\` ${whyClosed(action, opening)}.`,
      'While the store is away none of that can be looked up. Leave the action out, or give it a twin that is free of it.',
    );
  }
  for (const [index, written] of value.groups.entries()) {
    const place = at.at('groups', index);
    const actions = declared.filter(({ group }) => isInGroups([written, parseGroup(written).group], group));
    const [first] = actions;
    if (!first || actions.some((action) => opened.has(action))) continue;
    place.warn(
      'NBR_NOT_WHEN_DEGRADED',
      `${place.label}: expected a group with an action that nothing counts or limits, found none in \`${written}\`; \`${first.name}\` ${whyClosed(first, opening)}.`,
      'While the store is away none of that can be looked up, so none of its actions is shown then.',
    );
  }
}

/** What speaks against it, wherever it could stand. */
function whyClosed(action: Action, { books }: Opening): string {
  const bar = barInBooks(books, action);
  if (bar !== undefined) return bar;
  const [book] = books;
  for (const placement of book?.placements.values() ?? []) {
    const candidate = placement.candidates.find((one) => one.action === action);
    for (const { name: treatment } of candidate?.treatments ?? []) {
      const found = barToSpotInBooks(books, { action, placement, treatment });
      if (found !== undefined) return found;
    }
  }
  return 'has no treatment that fits a placement';
}
