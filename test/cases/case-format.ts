import type { DecidedTreatment, FallbackTreatment, Json, JsonObject, Reason } from '../../engine/index.ts';

/** The format of the decision cases, version 1; `README.md` says what everything means. */
export const specVersion = 1;

export interface CaseFile {
  readonly spec: typeof specVersion;
  /** What the cases of this file are about. */
  readonly about: string;
  readonly books: Readonly<Record<string, CaseBook>>;
  readonly cases: readonly DecisionCase[];
}

/** Lines of YAML, as one file; or files by their path: lines of text, or a document as data. */
export type CaseBook = readonly string[] | Readonly<Record<string, readonly string[] | JsonObject>>;

export interface DecisionCase {
  readonly name: string;
  /** Of the file's books; the files of several are put together. */
  readonly book: string | readonly string[];
  /** What happened before, in the order in which it was told. */
  readonly history?: readonly Happening[];
  /** The moment of the decision, ISO 8601. */
  readonly at: string;
  readonly ask: CaseAsk;
  readonly seed?: string;
  /** What is left by budget: contacts, or the currency; a budget that is not named has enough. */
  readonly budgets?: Readonly<Record<string, number>>;
  /** Trials and positives by `action/treatment`. */
  readonly learned?: Readonly<Record<string, readonly [number, number]>>;
  /** Arms by experiment that stand in for those that are drawn. */
  readonly arms?: Readonly<Record<string, string>>;
  /** Facts by name that stand in for what is known. */
  readonly facts?: JsonObject;
  /** Stated by hand, never by the engine. */
  readonly must: Must;
  /** Written by the engine, and compared to the last byte. */
  readonly expect?: CaseAnswer;
}

export interface CaseAsk {
  /** `u:ada` when absent. */
  readonly customer?: string;
  readonly placements: readonly string[];
  readonly context?: JsonObject;
  readonly limit?: number;
  /** A trigger of the book asks because of this event; else a channel does. */
  readonly trigger?: string;
  readonly event?: JsonObject;
  /** When the trigger asked first, where quiet hours put it off. */
  readonly since?: string;
  readonly explain?: boolean;
  /** The store does not answer: nothing is known of the customer. */
  readonly degraded?: boolean;
}

/** One thing that happened; exactly one of the members beside `at` and `toldAt`. */
export interface Happening {
  /** When it happened. */
  readonly at: string;
  /** When it was told; at once when absent. */
  readonly toldAt?: string;
  /** A touchpoint event of the Segment spec without its time; of `ada` when it names nobody. */
  readonly event?: JsonObject;
  readonly contact?: PastContact;
  readonly outcome?: PastOutcome;
  readonly overlay?: {
    readonly customer?: string;
    readonly name: string;
    readonly values: JsonObject;
    readonly expiresAt?: string;
  };
  /** Takes this id out of the customer. */
  readonly unmerge?: { readonly customer?: string; readonly id: string };
  readonly erase?: { readonly customer?: string };
}

export interface PastContact {
  readonly customer?: string;
  /** `d1` for the first entry of the history, and so on, when absent. */
  readonly decision?: string;
  readonly action: string;
  /** The first of the action in the placement's channel when absent. */
  readonly treatment?: string;
  readonly placement: string;
  /** The `sessionId` of the request. */
  readonly session?: string;
}

export interface PastOutcome {
  readonly customer?: string;
  readonly decision: string;
  readonly kind: string;
}

/** What must hold of the answer. What is not stated is not asked. */
export interface Must {
  readonly placements?: Readonly<Record<string, PlacementMust>>;
  readonly arms?: Readonly<Record<string, string>>;
  readonly spends?: Readonly<Record<string, number>>;
  /** ISO 8601; null where it must not be put off. */
  readonly putOffUntil?: string | null;
}

export interface PlacementMust {
  /** The actions shown, in their order, and no others. */
  readonly shown?: readonly string[];
  /** Reasons by action: the code, or the code and what spoke, with a space between. */
  readonly out?: Readonly<Record<string, string>>;
  /** Members of the treatments shown, by action. Numbers may differ in the last digits. */
  readonly treatments?: Readonly<Record<string, JsonObject>>;
  /** The content of the fallback; null when there must be none. */
  readonly fallback?: Json;
  /** Members of reasons, by action. Times are ISO 8601. */
  readonly reasons?: Readonly<Record<string, JsonObject>>;
}

/** What a decision comes to. Members without a value are absent. */
export interface CaseAnswer {
  readonly placements: readonly {
    readonly placement: string;
    readonly treatments: readonly DecidedTreatment[];
    readonly fallback?: FallbackTreatment;
    readonly reasons: readonly Reason[];
  }[];
  /** By experiment. */
  readonly arms: Readonly<Record<string, string>>;
  /** By budget: contacts, or millionths of the currency. */
  readonly spends: Readonly<Record<string, number>>;
  /** The customer's id, where another one was presented. */
  readonly customer?: string;
  readonly putOffUntil?: string;
}
