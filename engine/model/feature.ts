import type { Condition } from './condition.ts';

/** A period of the calendar on the customer's wall. */
export type CalendarPeriod = 'day' | 'week' | 'month' | 'quarter' | 'year';

/** What every feature has, whatever its kind; each field stands there, because a decision reads many features. */
interface FeatureBase {
  readonly name: string;
  /**
   * Under which its state is kept. It follows from what the state means: a feature that is defined anew begins anew, one
   * that only got another name or another unit goes on, and two of one meaning share their state.
   */
  readonly key: string;
  /** Names of the events it reads; `page` and `screen` for views. */
  readonly events: readonly string[];
  /** Property chain below the event (`properties.revenue`) of the value that it reads. */
  readonly of: readonly string[] | undefined;
  readonly where: Condition | undefined;
  /** Property chain of the value by which a count or sum is told apart. */
  readonly by: readonly string[] | undefined;
  /** Length of the rolling window in ms. Without it and without `calendar`: for ever. */
  readonly windowMs: number | undefined;
  /** The window is this period of the calendar, so far. Never beside `windowMs`. */
  readonly calendar: CalendarPeriod | undefined;
  /** Never bucketed; bounded by the limits all the same. */
  readonly exact: boolean;
  /** Ms of one unit of a value that is a time. */
  readonly unitMs: number;
  /** Events that arrive later than this do not count; undefined: however late. */
  readonly latenessMs: number | undefined;
}

/** Upper ends of the lower four fifths of customers, ascending; recency in days. */
export type QuintileEdges = readonly [number, number, number, number];

export type RfmEdges = Readonly<Record<'recency' | 'frequency' | 'monetary', QuintileEdges>>;

type PlainKind = 'count' | 'sum' | 'avg' | 'min' | 'max' | 'last' | 'first' | 'distinct' | 'recency';

/** What only some kinds have. */
type KindSettings =
  | { readonly kind: PlainKind }
  | { readonly kind: 'decayed'; readonly halfLifeMs: number }
  | {
      readonly kind: 'score';
      readonly halfLifeMs: number;
      /** By the event's name. */
      readonly weights: Readonly<Record<string, number>>;
    }
  | { readonly kind: 'ratio'; readonly part: Feature; readonly whole: Feature }
  | {
      readonly kind: 'sessions';
      /** A longer pause than this begins a new session. */
      readonly gapMs: number;
    }
  | { readonly kind: 'rfm'; readonly edges: RfmEdges };

/** An aggregate over a customer's events. */
export type Feature = FeatureBase & KindSettings;

export type FeatureKind = Feature['kind'];
export type FeatureOf<K extends FeatureKind> = Extract<Feature, { readonly kind: K }>;
