import { sequenceFactor } from '../../../engine/index.ts';

/** What customers bought on visits on which something was decided: those that are held out beside all others. */
export interface AgainstHeldOut {
  readonly heldOut: Group;
  readonly asked: Group;
  /** Revenue of a visit, asked less held out; the interval holds however often one looks. Absent: nobody was held out. */
  readonly difference?: { readonly value: number; readonly low: number; readonly high: number };
}

export interface Group {
  readonly shoppers: number;
  readonly visits: number;
  /** Of a visit, whatever led to it. */
  readonly revenue: number;
}

const sequence = { alpha: 0.05, narrowestAt: 1_000 };

interface ShopperSums {
  visits: number;
  revenue: number;
}

/** Shoppers are what was drawn, so what is theirs is summed up before anything is compared. */
export class HeldOutTally {
  readonly #heldOut = new Map<number, ShopperSums>();
  readonly #asked = new Map<number, ShopperSums>();

  add(shopper: number, visit: { readonly isHeldOut: boolean; readonly revenue: number }): void {
    const group = visit.isHeldOut ? this.#heldOut : this.#asked;
    const sums = group.get(shopper) ?? { visits: 0, revenue: 0 };
    group.set(shopper, { visits: sums.visits + 1, revenue: sums.revenue + visit.revenue });
  }

  report(): AgainstHeldOut {
    const [heldOut, asked] = [groupOf(this.#heldOut), groupOf(this.#asked)];
    if (heldOut.shoppers < 2 || asked.shoppers < 2) return { heldOut, asked };
    const value = asked.revenue - heldOut.revenue;
    const error = Math.sqrt(varianceOf(this.#heldOut, heldOut) + varianceOf(this.#asked, asked));
    const reach = error * sequenceFactor(heldOut.shoppers + asked.shoppers, sequence);
    return { heldOut, asked, difference: { value, low: value - reach, high: value + reach } };
  }
}

function groupOf(sums: ReadonlyMap<number, ShopperSums>): Group {
  let [visits, revenue] = [0, 0];
  for (const each of sums.values()) {
    visits += each.visits;
    revenue += each.revenue;
  }
  return { shoppers: sums.size, visits, revenue: visits === 0 ? 0 : revenue / visits };
}

/** Of revenue a visit, a ratio of two sums over shoppers. */
function varianceOf(sums: ReadonlyMap<number, ShopperSums>, { visits, revenue }: Group): number {
  let squares = 0;
  for (const each of sums.values()) squares += (each.revenue - revenue * each.visits) ** 2;
  return ((squares / visits / visits) * sums.size) / (sums.size - 1);
}
