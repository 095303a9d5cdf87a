import type { Contact, CustomerState } from '../model/customer-state.ts';
import type { Decision } from '../model/decision.ts';
import type { Partition } from '../model/ids.ts';
import { MovedMass } from './moved-mass.ts';
import type { PastDecision } from './past-decision.ts';
import type { PendingRow } from './pending-row.ts';

/** One customer, twice: as the log went on, and as the new book would have. */
export interface ForecastCustomer {
  readonly partition: Partition;
  /** Under the new book. */
  state: CustomerState | undefined;
  /** Contacts of the log with their outcomes; the rest of it is of no account. */
  ledger: CustomerState | undefined;
  readonly moved: MovedMass<PendingRow>;
  /** Rows by the contact that their outcome will be told of. */
  readonly rows: Map<string, PendingRow>;
  /** Decisions of triggers that one side made and the other has not made so far. */
  readonly onlyLogged: Map<string, PastDecision>;
  readonly onlyForecast: Map<string, Decision>;
}

export function newForecastCustomer(
  partition: Partition,
  state: CustomerState | undefined,
): ForecastCustomer {
  return {
    partition,
    state,
    ledger: state,
    moved: new MovedMass(),
    rows: new Map(),
    onlyLogged: new Map(),
    onlyForecast: new Map(),
  };
}

/** What tells the contacts of one customer apart. */
export function contactName({
  decision,
  placement,
  action,
  treatment,
}: Omit<Contact, 'group' | 'channel' | 'at'>): string {
  return `${decision} ${placement} ${action}/${treatment}`;
}

/** The contacts of a decision, as its record tells them. */
export function contactsOfDecision({ id, at, placements }: Decision): readonly Contact[] {
  return placements.flatMap(({ placement, channel, treatments }) =>
    treatments.map(({ action, group, treatment }) => ({
      decision: id,
      at,
      action,
      group,
      treatment,
      channel,
      placement,
    })),
  );
}
