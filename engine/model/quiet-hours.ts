import type { TimeZones } from '../ports.ts';
import type { FactSlot } from './rulebook.ts';

/** Whose clock counts, and which law: where a customer is. */

/** The places at which a rulebook believes to be told something, the most trusted first. */
export type Guesses = readonly FactSlot[];

export interface ZoneRules extends TimeZones {
  readonly from: Guesses;
  /** Zones by country (`NO`) or part of one (`US-CA`), for customers whose zone nobody told. */
  readonly byJurisdiction: ReadonlyMap<string, string>;
  /** The zone of all others. */
  readonly fallback: string;
}

export interface JurisdictionRules {
  readonly from: Guesses;
  /** Absent: of a customer of whom nothing is told, no jurisdiction is known. */
  readonly fallback?: string;
}

/** Hours in which nobody is contacted, by the clock of the customer. */
export interface QuietHours {
  readonly name: string;
  readonly channels: ReadonlySet<string>;
  /** Countries and parts of countries; empty: everywhere. */
  readonly jurisdictions: readonly string[];
  /** Absent: only `dates` are quiet. */
  readonly period?: QuietPeriod;
  /** Days that are quiet as a whole, counted from 1970-01-01. */
  readonly dates: ReadonlySet<number>;
  /** Days on which a period may begin, and which may be quiet, as days since 1970-01-01; `until` is not one of them. */
  readonly valid: { readonly from: number; readonly until: number };
  /** Whether a decision that nobody waits for is made once the quiet is over; else it is dropped. */
  readonly queues: boolean;
  /** Ms for which a decision is put off at most, counted from when it was asked for first. */
  readonly keepMs: number;
  /** What may go out all the same, such as service messages; a purpose, a group or an action is enough. */
  readonly except: {
    readonly purposes: readonly string[];
    readonly groups: readonly string[];
    readonly actions: readonly string[];
  };
  /** Names of the actions that `except` comes to. */
  readonly spared: ReadonlySet<string>;
}

export interface QuietPeriod {
  /** Ms since midnight on the customer's wall; from `start` until before `end`, which may be on the next day. */
  readonly start: number;
  /** The smaller one of the two where the period goes past midnight; 24 hours for midnight itself. */
  readonly end: number;
  /** Days of the week on which it may begin, Monday first. */
  readonly days: readonly boolean[];
}

export interface QuietRules {
  readonly entries: readonly QuietHours[];
  /** Slots of `customer.timeZone` and `customer.jurisdiction`; there is none in a book without entries. */
  readonly zoneSlot: number;
  readonly jurisdictionSlot: number;
}
