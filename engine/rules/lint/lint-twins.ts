import { canonicalJson, type Json } from '../../model/json.ts';
import type { Action, EngagementPolicy } from '../../model/rulebook.ts';
import { tiers } from '../compile-engagement.ts';
import { importedGroup } from '../imported-rule.ts';
import type { FactDomains } from '../meaning/fact-domain.ts';
import { eachTwo, isSameList, isWithin, placedRules } from './alike-rules.ts';
import { type LintedBook, placeInWords } from './linted-book.ts';

/** Actions of which one was copied from the other and never changed: nobody can tell them apart. */
export function lintTwins({ rulebook, domains, warn }: LintedBook): void {
  for (const alike of groupsAlike(rulebook.actions.values())) {
    const placed = placedRules(alike, rulebook.places.named.action);
    eachTwo(
      placed,
      (action) => [shownBy(action)],
      (earlier, later) => {
        if (!isTwin(earlier.rule, later.rule, domains)) return false;
        warn({
          code: 'NBR_SAME_ACTION',
          at: later.at,
          message:
            `the action \`${later.rule.name}\`: found the content, the places and the customers of ` +
            `\`${earlier.rule.name}\` (${placeInWords(earlier.at)}), expected an action of its own.`,
          hint: 'Delete one of the two, or change what it says or who may have it.',
        });
        return true;
      },
    );
  }
}

/** Actions with the same text at their beginning, where there are several: few books have any. */
function groupsAlike(actions: Iterable<Action>): readonly (readonly Action[])[] {
  const byText = new Map<string, Action[]>();
  for (const action of actions) {
    // The name of an imported rule is what it says.
    if (action.group === importedGroup) continue;
    const text = action.treatments[0] && firstText(action.treatments[0].content.source);
    // Contents that say nothing are no sign of a copy.
    if (text === undefined) continue;
    const group = byText.get(text);
    if (group) group.push(action);
    else byText.set(text, [action]);
  }
  return [...byText.values()].filter((group) => group.length > 1);
}

function firstText(content: Json | undefined): string | undefined {
  if (typeof content === 'string') return content === '' ? undefined : content;
  if (typeof content !== 'object' || content === null) return undefined;
  for (const part of Object.values(content) as readonly Json[]) {
    const text = firstText(part);
    if (text !== undefined) return text;
  }
  return undefined;
}

/** What customers see of it, where and when, in one text. */
function shownBy({ treatments, purpose, valid, group }: Action): string {
  const shown = treatments.map(({ channel, placements, content, policy }) =>
    canonicalJson([channel, [...placements].sort(), content.source, policy ? policyText(policy) : null]),
  );
  return canonicalJson([shown.sort(), purpose ?? null, valid.from, valid.until, group]);
}

/** As it is written: what only means the same is no sign of a copy. */
function policyText({ valid, ...conditions }: EngagementPolicy): Json {
  return [valid.from, valid.until, ...tiers.map((tier) => conditions[tier]?.source ?? null)];
}

function isTwin(one: Action, other: Action, domains: FactDomains): boolean {
  return (
    isSameList(one.budgets, other.budgets) &&
    (['eligibility', 'applicability', 'suitability'] as const).every(
      (tier) => isWithin(one[tier], other[tier], domains) && isWithin(other[tier], one[tier], domains),
    )
  );
}
