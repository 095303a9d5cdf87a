import type { ContactPolicy } from '../../model/contact-policy.ts';
import type { Action, Placement, PolicyIndex, Treatment } from '../../model/rulebook.ts';
import { concerns } from './policy-scope.ts';

/** Which policies speak of which treatment in which placement: worked out once, when the book is compiled. */
export function indexPolicies(
  policies: readonly ContactPolicy[],
  placements: Iterable<Placement>,
): PolicyIndex {
  const lists = new Map<string, readonly number[]>();
  const byPlacement = new Map<string, (readonly number[])[]>();
  const together = new Map<string, readonly number[]>();
  for (const placement of placements) {
    const byTreatment: (readonly number[])[] = [];
    for (const { action, treatments } of placement.candidates) {
      for (const treatment of treatments) {
        byTreatment[treatment.index] = interned(
          lists,
          policiesOf(policies, { action, treatment, placement }),
        );
      }
    }
    byPlacement.set(placement.name, byTreatment);
    together.set(placement.name, ascending(new Set(byTreatment.flat())));
  }
  return {
    countsSessions: policies.some((policy) => policy.kind === 'cap' && policy.window.kind === 'session'),
    listFor: ({ name }) => together.get(name) ?? none,
    listsOf: ({ name }) => byPlacement.get(name) ?? [],
    of: (placement, treatment) => byPlacement.get(placement.name)?.[treatment.index] ?? none,
  };
}

const none: readonly number[] = [];

function ascending(numbers: ReadonlySet<number>): readonly number[] {
  return [...numbers].sort((one, other) => one - other);
}

/** Most treatments share their policies with many others. */
function interned(lists: Map<string, readonly number[]>, list: readonly number[]): readonly number[] {
  const key = list.join();
  const known = lists.get(key);
  if (known) return known;
  lists.set(key, list);
  return list;
}

function policiesOf(
  policies: readonly ContactPolicy[],
  { action, treatment, placement }: { action: Action; treatment: Treatment; placement: Placement },
): readonly number[] {
  const { name, group, mandatory } = action;
  const spot = {
    action: name,
    group,
    treatment: treatment.name,
    channel: placement.channel,
    placement: placement.name,
  };
  const overrides = mandatory?.overrides ?? [];
  return policies.flatMap((policy, index) =>
    concerns(policy.match, spot) && overrides !== 'all' && !overrides.includes(policy.name) ? [index] : [],
  );
}
