import type { OutcomeRule } from '../../model/rulebook.ts';
import { type FactDomains, withTexts } from '../meaning/fact-domain.ts';
import { eachTwo, isSameList, isWithin, type Placed, placedRules } from './alike-rules.ts';
import { type LintedBook, placeInWords } from './linted-book.ts';

/** Outcome rules that tell nothing which another one does not tell already, and views that nothing tells of. */
export function lintOutcomes(book: LintedBook): void {
  lintRepeats(book);
  lintViews(book);
}

/** Clicks alone will not do: only those who act would ever be learned from. */
function lintViews({ drafts, warn }: LintedBook): void {
  for (const { name, value, at } of drafts.channels.drafts) {
    const isTold = drafts.outcomes.drafts.some(
      ({ value: { outcome, channels } }) =>
        outcome === 'impression' && (channels.length === 0 || channels.includes(name)),
    );
    if (value.views !== 'required' || isTold) continue;
    warn({
      code: 'NBR_NEVER_VIEWED',
      at: at.at('views'),
      message: `the channel \`${name}\`: found \`views: required\`, expected an outcome \`impression\` that a rule of \`outcomes\` tells of its contacts; unless the channel reports views over HTTP, nothing is ever learned from it.`,
      hint: 'Say in `outcomes` which event tells of an `impression`, or leave `views` out.',
    });
  }
}

function lintRepeats({ rulebook, domains, warn }: LintedBook): void {
  const rules = new Set([...rulebook.outcomesByEvent.values()].flat());
  const placed = placedRules(rules, rulebook.places.named.outcome);
  eachTwo(placed, keysOf, (earlier, later) => {
    if (tellsNothing(later.rule, earlier.rule, domains)) report(later, earlier);
    else if (tellsNothing(earlier.rule, later.rule, domains)) report(earlier, later);
    else return false;
    return true;
  });

  function report({ rule, at }: Placed<OutcomeRule>, other: Placed<OutcomeRule>): void {
    warn({
      code: 'NBR_SHADOWED',
      at,
      message:
        `the outcome \`${rule.name}\`: found that \`${other.rule.name}\` (${placeInWords(other.at)}) tells of every ` +
        `\`${rule.outcome}\` that it tells of; expected a rule of its own.`,
      hint: 'Delete one of the two, or let them differ in events, contacts or `where`.',
    });
  }
}

function keysOf({ events, outcome }: OutcomeRule): readonly string[] {
  return events.map((event) => `${event}\n${outcome}`);
}

/**
 * Whether a rule marks no contact that the other one does not mark. A rule for fewer contacts looks for the latest of
 * those, which may be another one than the latest of all; unless the event itself names the decision.
 */
function tellsNothing(rule: OutcomeRule, other: OutcomeRule, domains: FactDomains): boolean {
  const isNamed = rule.decisionAt !== undefined;
  const fits = (one: readonly string[], wider: readonly string[]) =>
    isSameList(one, wider) ||
    (isNamed && (wider.length === 0 || (one.length > 0 && one.every((name) => wider.includes(name)))));
  return (
    rule.decisionAt?.join('.') === other.decisionAt?.join('.') &&
    (rule.valueAt === undefined || rule.valueAt.join('.') === other.valueAt?.join('.')) &&
    rule.windowMs <= other.windowMs &&
    rule.events.every((event) => other.events.includes(event)) &&
    fits(rule.groups, other.groups) &&
    fits(rule.actions, other.actions) &&
    fits(rule.channels, other.channels) &&
    isWithin(rule.where, other.where, withTexts(domains, 'event.name', rule.events))
  );
}
