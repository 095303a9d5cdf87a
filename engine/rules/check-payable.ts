import type { Action, Rulebook } from '../model/rulebook.ts';
import type { BookContext } from './book-context.ts';
import type { Cursor } from './cursor.ts';

/**
 * What a budget of money pays is written out: it is known before a contact is made, and told from the log afterwards,
 * which does not hold the facts of that moment. A cost that depends on the customer would be paid and forgotten.
 */
export function checkPayable(
  { drafts }: BookContext,
  actions: ReadonlyMap<string, Action>,
  charges: Rulebook['charges'],
): void {
  for (const { name, value, at } of drafts.actions.drafts) {
    const reported = new Set<string>();
    for (const { name: treatment, channel, cost, own, index } of actions.get(name)?.treatments ?? []) {
      if (typeof cost === 'number') continue;
      const payer = charges[index]?.find(({ budget }) => budget.unit === 'cost')?.budget;
      const place = own.cost === undefined ? `cost.${channel}` : `treatments.${treatment}.cost`;
      if (!payer || reported.has(place)) continue;
      reported.add(place);
      const written = value.treatments.find((draft) => draft.name === treatment);
      report(own.cost === undefined ? at.at('cost', channel) : (written?.at ?? at).at('cost'), payer.name);
    }
  }
}

function report(at: Cursor, budget: string): void {
  at.error(
    'NBR_WRONG_VALUE',
    `${at.label}: expected a number that is written out, because the budget \`${budget}\` counts money; found an amount that depends on the customer.`,
  );
}
