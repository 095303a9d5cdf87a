import { assert, unreachable } from '../assert.ts';
import { limits } from '../limits.ts';
import type { ContactPolicy, PolicySight } from '../model/contact-policy.ts';
import type { Contact } from '../model/customer-state.ts';
import type { FactValues, Placement, PolicyIndex, Rulebook } from '../model/rulebook.ts';
import type { Option } from './frame.ts';
import { claimsOn } from './policies/contact-memory.ts';
import { judgeCoolDown } from './policies/cool-down.ts';
import { judgeExclusive } from './policies/exclusive-actions.ts';
import { judgeCap } from './policies/frequency-cap.ts';
import { judgeRest } from './policies/outcome-rest.ts';
import type { PolicyBench, PolicyJudge } from './policies/policy-judge.ts';
import { isOfOffers } from './policies/policy-scope.ts';
import { prohibition } from './policies/prohibition.ts';
import { judgeRelated } from './policies/related-action.ts';
import { judgeHours } from './policies/time-window.ts';

/**
 * The contact policies against one ledger: the counting contract.
 *
 * C1.  A cap of n allows n counted contacts of its scope within its window, the contact in question included; a cap of 0
 *      none.
 * C2.  What this very decision has chosen counts for the rest of it, in all placements of the request. Where an outcome
 *      is counted, only with `reserve`; an exclusive policy takes its first choice into account at once.
 * C3.  A window is (now - length, now]: a contact exactly one length old counts no more. So do pauses, rests,
 *      reservations, and the time within which outcomes must come together.
 * C4.  There is one ledger: contacts through every channel and every id of the customer. After a merge it is the union,
 *      in which a contact that both sides know counts once; after an un-merge each contact is with the id it went to.
 * C5.  Contacts from before a policy existed count, as far as the ledger still holds them.
 * C6.  An outcome counts from when it happened, however late it is told. Of the same outcome of one contact the earliest
 *      counts, once; the order in which outcomes are told makes no difference.
 * C7.  A day, a week, a month is the one that the clock on the customer's wall shows now, from its first moment, whether
 *      it has 23 hours or 25. Who moves is judged by the new wall, earlier contacts included.
 * C8.  A session has the contacts that were made in a request which named it. A request without a session is one of its
 *      own.
 * C9.  A visit has the contacts since its first event. Without one that goes on, a request is a visit of its own.
 * C10. `ever` also counts contacts that the ledger forgot, as what they were by then: what becomes of one later counts no
 *      more. They are remembered from when a policy counts `ever`.
 * C11. With `reserve` a decided contact takes its place at once: as if its outcome came now, until it comes, or until the
 *      time is over. An outcome that comes after that still counts, from when it happened.
 * C12. A policy binds customers for whom its `when` holds at the moment of the decision. Contacts that they had while it
 *      did not hold count.
 * C13. Of several policies that forbid a contact, the first in the book's order is named.
 * C14. A contact from the future, by a clock that is ahead, counts.
 * C15. Erased history does not count. History that is read again counts once, at its own time.
 * C16. What a policy needs is never forgotten, however much else was shown. A customer with as many needed contacts as a
 *      ledger may hold gets no further one that a policy speaks of.
 * C17. A selection that selects nothing is found when the book is checked; it is never silently void.
 */
export interface ContactLedger {
  /** The first policy, in the book's order, that forbids this contact. */
  readonly forbids: (option: Option) => ContactPolicy | undefined;
  /**
   * Names of the actions and keys of the treatments of a placement that a policy may forbid, as the ledger stands;
   * undefined: any may be one.
   */
  readonly suspectsIn: (placement: Placement) => ReadonlySet<string> | undefined;
  /** What that policy goes by. */
  readonly sight: (policy: ContactPolicy, option: Option) => PolicySight;
  /** Takes a contact that this very decision makes; true where other actions may be forbidden since. */
  readonly add: (contact: Contact) => boolean;
}

export interface LedgerInput {
  readonly rulebook: Pick<Rulebook, 'policies' | 'policyIndex'>;
  readonly facts: FactValues;
  readonly bench: PolicyBench;
}

/**
 * Nothing is counted before a candidate comes of which a policy speaks, and then once. Most policies forbid nothing as the
 * ledger stands, and most others only what is in the ledger: those are told apart once for all treatments of which the same
 * policies speak.
 */
export function openLedger({ rulebook, facts, bench }: LedgerInput): ContactLedger {
  const { policies, policyIndex } = rulebook;
  /** Undefined until a policy is asked; `idle` where it does not bind this customer. */
  const judges = new Array<PolicyJudge | typeof idle | undefined>(policies.length);
  /** Of a ledger that is about to be full: how many contacts still fit. */
  let room: number | undefined;
  /** By list of policies, what they come to; until the next contact. Mostly the next candidate has the list of the last. */
  const strictness = new Map<readonly number[], Strictness>();
  let last: { readonly concerned: readonly number[]; readonly strictness: Strictness } | undefined;
  let place:
    | { readonly placement: Placement; readonly lists: ReturnType<PolicyIndex['listsOf']> }
    | undefined;

  function judgeAt(index: number): PolicyJudge | typeof idle {
    const policy = policies[index];
    assert(policy, 'the index of policies belongs to the book');
    const judge = policy.when?.holds(facts) === false ? idle : judgeOf(policy, bench);
    judges[index] = judge;
    return judge;
  }

  function isFull(): boolean {
    if (bench.contacts.length < limits.contactsPerCustomerMax) return false;
    room ??=
      limits.contactsPerCustomerMax - claimsOn(bench.contacts, { policies, now: bench.now }).needed.size;
    return room <= 0;
  }

  function listOf({ placement, treatment }: Option): readonly number[] | undefined {
    if (place?.placement !== placement) place = { placement, lists: policyIndex.listsOf(placement) };
    return place.lists[treatment.index];
  }

  function strictnessOf(concerned: readonly number[]): Strictness {
    if (last?.concerned === concerned) return last.strictness;
    last = { concerned, strictness: strictness.get(concerned) ?? weighed(concerned) };
    return last.strictness;
  }

  function weighed(concerned: readonly number[]): Strictness {
    const found: Strictness = { policies: [], isBroad: false, suspects: new Set() };
    for (const index of concerned) {
      const judge = judges[index] ?? judgeAt(index);
      if (judge !== idle) weighIn(found, policies[index] as ContactPolicy, judge);
    }
    strictness.set(concerned, found);
    return found;
  }

  return {
    forbids: (option) => {
      if (policies.length === 0) return undefined;
      const concerned = listOf(option);
      if (concerned === undefined || concerned.length === 0) return undefined;
      if (isFull()) return policies[concerned[0] as number];
      const { policies: asked, isBroad, suspects } = strictnessOf(concerned);
      if (asked.length === 0) return undefined;
      if (!isBroad && !suspects.has(option.action.name) && !suspects.has(option.treatment.key))
        return undefined;
      for (let at = 0; at < asked.length; at += 1) {
        const { policy, judge } = asked[at] as StrictPolicy;
        if (judge.forbids(option)) return policy;
      }
      return undefined;
    },
    suspectsIn: (placement) => {
      const concerned = policyIndex.listFor(placement);
      if (concerned.length === 0) return nobody;
      if (isFull()) return undefined;
      const { isBroad, suspects } = strictnessOf(concerned);
      return isBroad ? undefined : suspects;
    },
    sight: (policy, option) => judgeOf(policy, bench).sight(option),
    add: (contact) => {
      bench.add(contact);
      if (room !== undefined) room -= 1;
      let isTighter = bench.contacts.length >= limits.contactsPerCustomerMax;
      for (const judge of judges) {
        if (judge !== undefined && judge !== idle && judge.add(contact)) isTighter = true;
      }
      strictness.clear();
      last = undefined;
      return isTighter;
    },
  };
}

interface StrictPolicy {
  readonly policy: ContactPolicy;
  readonly judge: PolicyJudge;
}

/** What some policies come to, as the ledger stands. */
interface Strictness {
  /** Those that forbid anything, in the book's order. */
  readonly policies: StrictPolicy[];
  /** Whether one of them may forbid more than the suspects. */
  isBroad: boolean;
  /** Actions, and treatments by their keys, that one of them may forbid. */
  readonly suspects: Set<string>;
  /** The set that was added to them last. */
  joined?: ReturnType<PolicyJudge['suspects']>;
}

function weighIn(found: Strictness, policy: ContactPolicy, judge: PolicyJudge): void {
  const suspects = judge.suspects();
  if (suspects?.size === 0) return;
  found.policies.push({ policy, judge });
  if (!suspects || !('scope' in policy && isOfOffers(policy.scope))) found.isBroad = true;
  // Most of them bring the same set: whatever was shown.
  else if (suspects !== found.joined) {
    found.joined = suspects;
    for (const key of suspects.keys()) found.suspects.add(key);
  }
}

const nobody: ReadonlySet<string> = new Set();

const idle = 'idle';

function judgeOf(policy: ContactPolicy, bench: PolicyBench): PolicyJudge {
  switch (policy.kind) {
    case 'cap':
      return judgeCap(policy, bench);
    case 'cool-down':
      return judgeCoolDown(policy, bench);
    case 'rest':
      return judgeRest(policy, bench);
    case 'forbid':
      return prohibition;
    case 'hours':
      return judgeHours(policy, bench);
    case 'exclusive':
      return judgeExclusive(policy, bench);
    case 'not-after':
      return judgeRelated(policy, bench);
    default:
      return unreachable(policy);
  }
}
