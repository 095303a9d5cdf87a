import { assert } from '../../assert.ts';
import { compareText } from '../../compare-text.ts';
import type { Contact } from '../../model/customer-state.ts';
import type { Attribution, AttributionModel } from '../attribute.ts';
import type { CustomerPath } from './customer-path.ts';

/** A whole conversion, or one unit of the currency. */
export const millionth = 1_000_000;

/** Conversions and their value, both in millionths, so that sums are exact. */
export interface Credit {
  readonly conversions: bigint;
  readonly value: bigint;
}

/** What one action, group or channel comes to. */
export interface CreditRow {
  readonly name: string;
  /** Made in the period. */
  readonly touches: number;
  /** Conversions of the period that learning counts as a success here; whole. */
  readonly learned: number;
  /** By model. */
  readonly credits: Readonly<Record<string, Credit>>;
}

export const creditedBy = ['action', 'group', 'channel'] as const;
export type CreditedBy = (typeof creditedBy)[number];

export interface AttributionReport {
  /** By model every row and what is left over sum to this. */
  readonly total: Credit;
  /** What no touch has a claim to; the same by every model. */
  readonly unattributed: Credit;
  readonly touches: number;
  readonly conversions: number;
  readonly learned: number;
  /** Conversions that do not say what they are worth, and add nothing to sums of money. */
  readonly withoutValue: number;
  /** Conversions that a channel reported, and that are left out because rules tell of them. */
  readonly reportsLeftOut: number;
  /** Touches, and events that tell of something, of customers who had too many. */
  readonly lost: { readonly touches: number; readonly tellings: number };
  /** In the order of their names. */
  readonly rows: Readonly<Record<CreditedBy, readonly CreditRow[]>>;
}

/** One conversion, shared out. */
export interface SharedConversion {
  /** Those with a claim, as the credits below go. */
  readonly touches: readonly Contact[];
  /** The contacts of which it is the one success. */
  readonly learned: readonly Contact[];
  /** In millionths; undefined where nobody says. */
  readonly value: number | undefined;
  /** By model: the conversion in millionths, and its value. */
  readonly counted: Readonly<Record<string, Attribution>>;
  readonly valued: Readonly<Record<string, Attribution>>;
}

interface Sums {
  conversions: bigint;
  value: bigint;
}

interface RowSums {
  touches: number;
  learned: number;
  readonly credits: ReadonlyMap<string, Sums>;
}

export class CreditTally {
  reportsLeftOut = 0;
  readonly #models: readonly string[];
  readonly #rows = {
    action: new Map<string, RowSums>(),
    group: new Map<string, RowSums>(),
    channel: new Map<string, RowSums>(),
  } as const satisfies Record<CreditedBy, Map<string, RowSums>>;
  readonly #total: Sums = { conversions: 0n, value: 0n };
  readonly #unattributed: Sums = { conversions: 0n, value: 0n };
  readonly #counts = { touches: 0, conversions: 0, learned: 0, withoutValue: 0 };
  readonly #lost = { touches: 0, tellings: 0 };

  constructor({ models }: { readonly models: Readonly<Record<string, AttributionModel>> }) {
    this.#models = Object.keys(models);
  }

  addTouch(touch: Contact): void {
    this.#counts.touches += 1;
    for (const row of this.#rowsOf(touch)) row.touches += 1;
  }

  addConversion({ touches, learned, value, counted, valued }: SharedConversion): void {
    this.#counts.conversions += 1;
    if (value === undefined) this.#counts.withoutValue += 1;
    const whole = { conversions: BigInt(millionth), value: BigInt(value ?? 0) };
    addTo(this.#total, whole);
    if (touches.length === 0) addTo(this.#unattributed, whole);
    for (const contact of learned) {
      this.#counts.learned += 1;
      for (const row of this.#rowsOf(contact)) row.learned += 1;
    }
    for (const [place, touch] of touches.entries()) {
      const rows = this.#rowsOf(touch);
      for (const model of this.#models) {
        const [counts, worth] = [counted[model]?.credits[place] ?? 0, valued[model]?.credits[place] ?? 0];
        if (counts === 0 && worth === 0) continue;
        const credit = { conversions: BigInt(counts), value: BigInt(worth) };
        for (const { credits } of rows) addTo(credits.get(model), credit);
      }
    }
  }

  addLost({ touchesLost, tellingsLost }: Pick<CustomerPath, 'touchesLost' | 'tellingsLost'>): void {
    this.#lost.touches += touchesLost;
    this.#lost.tellings += tellingsLost;
  }

  report(): AttributionReport {
    for (const by of creditedBy) this.#checkSums([...this.#rows[by].values()]);
    return {
      ...{ total: this.#total, unattributed: this.#unattributed, ...this.#counts },
      ...{ reportsLeftOut: this.reportsLeftOut, lost: this.#lost },
      rows: { action: this.#told('action'), group: this.#told('group'), channel: this.#told('channel') },
    };
  }

  /** By every model all that was told of is put down to somebody, or to nobody: GA4 of `gather-attribution.ts`. */
  #checkSums(rows: readonly RowSums[]): void {
    for (const model of this.#models) {
      const sums = { ...this.#unattributed };
      for (const { credits } of rows) addTo(sums, credits.get(model) ?? { conversions: 0n, value: 0n });
      const isWhole = sums.conversions === this.#total.conversions && sums.value === this.#total.value;
      assert(isWhole, `GA4: the credits by ${model} do not sum to the conversions`);
    }
  }

  #rowsOf(contact: Contact): readonly RowSums[] {
    return creditedBy.map((by) => {
      const rows = this.#rows[by];
      const known = rows.get(contact[by]);
      if (known) return known;
      const credits = new Map(this.#models.map((model) => [model, { conversions: 0n, value: 0n }]));
      const row = { touches: 0, learned: 0, credits };
      rows.set(contact[by], row);
      return row;
    });
  }

  #told(by: CreditedBy): readonly CreditRow[] {
    return [...this.#rows[by]]
      .map(([name, { credits, ...row }]) => ({ name, ...row, credits: Object.fromEntries(credits) }))
      .sort((one, other) => compareText(one.name, other.name));
  }
}

function addTo(sums: Sums | undefined, { conversions, value }: Credit): void {
  assert(sums, 'every row has every model');
  sums.conversions += conversions;
  sums.value += value;
}
