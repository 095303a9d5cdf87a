import type { CalendarWindow, PolicySight } from '../../model/contact-policy.ts';
import type { Contact, ForgottenContacts } from '../../model/customer-state.ts';
import type { TimeZones } from '../../ports.ts';
import type { Option } from '../frame.ts';

/** One contact policy in one decision: what it counted is kept, so that a candidate costs no more than a look-up. */
export interface PolicyJudge {
  readonly forbids: (option: Option) => boolean;
  /** The keys of its scope under which it may forbid something, as the ledger stands; undefined: any may be one. */
  readonly suspects: () => ReadonlySet<string> | ReadonlyMap<string, unknown> | undefined;
  /** What it goes by, of an option that it forbids. */
  readonly sight: (option: Option) => PolicySight;
  /** Takes a contact that this very decision makes; true where it may forbid more since, to other actions than that. */
  readonly add: (contact: Contact) => boolean;
}

/** What policies are judged with. Everything that not every book needs is worked out when it is asked for. */
export interface PolicyBench {
  readonly now: number;
  /** All contacts of the customer, those of this decision included, oldest first. */
  readonly contacts: readonly Contact[];
  readonly add: (contact: Contact) => void;
  /** Names of the actions of those, and of contacts that are not in the ledger any more. */
  readonly shown: ReadonlySet<string>;
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
}
