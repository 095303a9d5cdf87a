import type { Contact } from '../model/customer-state.ts';
import type { Decision } from '../model/decision.ts';
import type { ReasonCode } from '../reasons.ts';
import type { Worth } from './book-worth.ts';

/** Whom a book reached, and what that cost. */
export interface BookReach {
  /** Customers with at least one contact. */
  customers: number;
  contacts: number;
  cost: number;
}

/** What became of one action under one book. */
export interface ActionCounts {
  contacts: number;
  /** Decisions in which it was a candidate of some placement. */
  asked: number;
  /** Why it was not chosen, by code and who spoke. */
  readonly reasons: Map<string, number>;
}

/** What was counted of one book, decision by decision. */
export class BookTally {
  readonly reach: BookReach = { customers: 0, contacts: 0, cost: 0 };
  readonly actions = new Map<string, ActionCounts & { group?: string }>();
  /** Decisions in which a contact policy or a budget kept something out, by its name. */
  readonly limits = new Map<string, { readonly code: ReasonCode; decisions: number }>();
  readonly #reached = new Set<string>();

  add(decision: Decision, contacts: readonly Contact[], worthOf: (key: string) => Worth): void {
    const spoke = new Map<string, ReasonCode>();
    for (const { reasons } of decision.placements) {
      for (const { action, code, by } of reasons) {
        const counts = this.#countsOf(action);
        counts.asked += 1;
        if (code === 'chosen') continue;
        const why = by === undefined ? code : `${code} ${by}`;
        counts.reasons.set(why, (counts.reasons.get(why) ?? 0) + 1);
        if (by !== undefined && isLimit(code)) spoke.set(by, code);
      }
    }
    for (const [name, code] of spoke) {
      const limit = this.limits.get(name) ?? { code, decisions: 0 };
      limit.decisions += 1;
      this.limits.set(name, limit);
    }
    this.#addContacts(decision.customer, contacts, worthOf);
  }

  #addContacts(customer: string, contacts: readonly Contact[], worthOf: (key: string) => Worth): void {
    if (contacts.length === 0) return;
    if (!this.#reached.has(customer)) {
      this.#reached.add(customer);
      this.reach.customers += 1;
    }
    for (const { action, group, treatment } of contacts) {
      this.reach.contacts += 1;
      this.reach.cost += worthOf(`${action}/${treatment}`).cost;
      const counts = this.#countsOf(action);
      counts.contacts += 1;
      counts.group = group;
    }
  }

  #countsOf(action: string): ActionCounts & { group?: string } {
    const known = this.actions.get(action);
    if (known) return known;
    const counts = { contacts: 0, asked: 0, reasons: new Map<string, number>() };
    this.actions.set(action, counts);
    return counts;
  }
}

function isLimit(code: ReasonCode): boolean {
  return code === 'contact-policy' || code === 'budget' || code === 'paced';
}
