import { draw } from '../chance/hash.ts';
import type { ContactPolicy } from '../model/contact-policy.ts';
import type { Contact } from '../model/customer-state.ts';
import type { Decision } from '../model/decision.ts';
import type { OutcomeKind } from '../model/outcome.ts';
import type { Rulebook } from '../model/rulebook.ts';

/** Whether what became of contacts decides on later ones. If not, nothing need be made up. */
export function countsOutcomes({ policies }: Rulebook): boolean {
  return policies.some((policy) => outcomeCounted(policy) !== undefined);
}

function outcomeCounted(policy: ContactPolicy): OutcomeKind | undefined {
  if (policy.kind === 'rest') return policy.after.outcome;
  const counted = 'counts' in policy ? policy.counts : 'decided';
  return counted === 'decided' ? undefined : counted;
}

/**
 * Contacts of the forecast that the log did not make are seen at once, and convert by their propensity. It only decides
 * what contact policies count later; the value of the new book is never told from outcomes that are made up.
 */
export function withForeseen(
  contacts: readonly Contact[],
  made: Decision,
  logged: Decision,
): readonly Contact[] {
  return contacts.map((contact) => {
    if (treatmentOf(logged, contact)) return contact;
    const { placement, action, treatment } = contact;
    const isConverted =
      draw(made.seed, `forecast/${placement}/${action}/${treatment}`) < (treatmentOf(made, contact)?.P ?? 0);
    const seen = { impression: made.at };
    return { ...contact, outcomes: isConverted ? { ...seen, click: made.at, conversion: made.at } : seen };
  });
}

function treatmentOf(decision: Decision, { placement: name, action, treatment }: Contact) {
  const placement = decision.placements.find((each) => each.placement === name);
  return placement?.treatments.find((each) => each.action === action && each.treatment === treatment);
}
