import type { CalendarWindow, PolicyScope, PolicySight } from '../../model/contact-policy.ts';
import type { Contact, ForgottenContacts } from '../../model/customer-state.ts';
import type { TimeZones } from '../../ports.ts';
import type { Option } from '../frame.ts';

/** One contact policy in one decision: what it counted is kept, so that a candidate costs no more than a look-up. */
export interface PolicyJudge {
  readonly forbids: (option: Option) => boolean;
  /** What it goes by, of an option that it forbids. */
  readonly sight: (option: Option) => PolicySight;
  /** Takes a contact that this very decision makes; false when it forbids nothing that it allowed before. */
  readonly add: (contact: Contact) => boolean;
}

/** What policies are judged with. Everything that not every book needs is worked out when it is asked for. */
export interface PolicyBench {
  readonly now: number;
  /** All contacts of the customer, those of this decision included, oldest first. */
  readonly contacts: readonly Contact[];
  readonly add: (contact: Contact) => void;
  /** What is left of contacts that are not in the ledger any more. */
  readonly forgotten: readonly ForgottenContacts[];
  /** Session that the request names. */
  readonly session: number | undefined;
  /** Whether this very decision makes the contact. */
  readonly isOwn: (contact: Contact) => boolean;
  readonly zone: { readonly name: string; readonly zones: TimeZones };
  readonly startOf: (period: CalendarWindow) => number;
  /** When the customer's current visit began; undefined while there is none. */
  readonly visitStart: (feature: string) => number | undefined;
  /** The key under which contacts like this one are counted. */
  readonly keyOf: (scope: PolicyScope, option: Option) => string;
}
