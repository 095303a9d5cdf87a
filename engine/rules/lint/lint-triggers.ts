import type { Trigger } from '../../model/rulebook.ts';
import { withTexts } from '../meaning/fact-domain.ts';
import { eachTwo, isWithin, type Placed, placedRules } from './alike-rules.ts';
import { type LintedBook, placeInWords } from './linted-book.ts';

/** Triggers that ask for the same on the same event at the same moment, so that a customer is decided for twice. */
export function lintTriggers({ rulebook, domains, warn }: LintedBook): void {
  const placed = placedRules(rulebook.triggers.values(), rulebook.places.named.trigger);
  eachTwo(placed, keysOf, (earlier, later, key) => {
    const [event = '', placement = ''] = key.split('\n');
    const onEvent = withTexts(domains, 'event.name', [event]);
    const within = (one: Placed<Trigger>, other: Placed<Trigger>) =>
      isWithin(one.rule.when, other.rule.when, onEvent);
    if (within(later, earlier)) report(later, earlier);
    else if (within(earlier, later)) report(earlier, later);
    else return false;
    return true;

    function report({ rule, at }: Placed<Trigger>, other: Placed<Trigger>): void {
      warn({
        code: 'NBR_SHADOWED',
        at,
        message:
          `the trigger \`${rule.name}\`: found that whenever it asks for \`${placement}\` on "${event}", ` +
          `\`${other.rule.name}\` (${placeInWords(other.at)}) asks for it at the same moment; expected one trigger to ask.`,
        hint: 'Delete one of the two, or let them differ in `when` or `wait`.',
      });
    }
  });
}

function keysOf({ events, placements, waitMs }: Trigger): readonly string[] {
  return events.flatMap((event) => placements.map((placement) => `${event}\n${placement}\n${waitMs}`));
}
