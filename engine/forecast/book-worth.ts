import { profilesOf } from '../customer/profile.ts';
import type { DecideInput } from '../decide/decide-input.ts';
import { readFacts } from '../facts/read-facts.ts';
import { propensity, tallyKey } from '../learning/propensity.ts';
import type { DecidedTreatment } from '../model/decision.ts';
import type { ModelSnapshot } from '../model/model-snapshot.ts';
import type { Action, Amount, FactValues, Rulebook, Treatment } from '../model/rulebook.ts';

/** What a conversion earns and what a contact costs, in the currency of the rulebook. */
export interface Worth {
  readonly value: number;
  readonly cost: number;
}

/**
 * The yardstick of a forecast: the values and costs of the new book, for what either book shows. What the new book does
 * not know any more is worth what it was when it was shown.
 */
export class BookWorth {
  readonly #options = new Map<string, { readonly action: Action; readonly treatment: Treatment }>();

  constructor(rulebook: Rulebook) {
    for (const action of rulebook.actions.values()) {
      for (const treatment of action.treatments) {
        this.#options.set(tallyKey(action.name, treatment.name), { action, treatment });
      }
    }
  }

  /** What the tallies say of an option; 0 for one that the book does not know. */
  propensityOf(key: string, model: ModelSnapshot): number {
    const option = this.#options.get(key);
    return option ? propensity(model, option.action, option.treatment) : 0;
  }

  /** Worth of options for one customer at one moment; facts are read only where an amount asks for them. */
  at(input: DecideInput): (key: string, shown?: DecidedTreatment) => Worth {
    let facts: FactValues | undefined;
    const read = (amount: Amount) => {
      if (typeof amount === 'number') return amount;
      facts ??= factsOf(input);
      return amount.of(facts);
    };
    return (key, shown) => {
      const option = this.#options.get(key);
      if (option) return { value: read(option.treatment.value), cost: read(option.treatment.cost) };
      return { value: shown?.V ?? 0, cost: shown?.cost ?? 0 };
    };
  }
}

function factsOf({ rulebook, customer: key, state, now, context, event, tables }: DecideInput): FactValues {
  return readFacts(rulebook, {
    key,
    profiles: state ? profilesOf(state) : [],
    now,
    context,
    event,
    ...(tables && { tables }),
  });
}
