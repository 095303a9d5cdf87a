import { monitorEventLoopDelay } from 'node:perf_hooks';
import { arrivals } from '../http/arrivals.ts';
import { runClosedLoop } from '../http/closed-loop.ts';
import { postOf } from '../http/http-connection.ts';
import type { LatencyHistogram } from '../http/latency-histogram.ts';
import { runOpenLoop } from '../http/open-loop.ts';

/** Of the five requests of a customer two are decisions; the others bring an event each. */
const kinds = ['track', 'decide', 'track', 'decide', 'track'] as const;
const names = ['Product Viewed', 'Product Added', 'Product Viewed', 'Email Opened', 'Order Completed'];
/** Customers who are about at the same time. */
const present = 2_000;
const connections = 32;

/**
 * Customers come, do the same as all others and leave for good: as many are about at any time and each is as large, so
 * what the server keeps in memory does not grow by the state of customers. What Redis and NATS keep does.
 */
export class Shop {
  #sent = 0;

  /** How many have left. */
  get left(): number {
    return Math.floor(this.#sent / (present * kinds.length)) * present;
  }

  /** The text of the next request. */
  readonly next = (): string => {
    const index = this.#sent;
    this.#sent += 1;
    // One request of each who is about, then the next one of each.
    const round = Math.floor(index / present);
    const customer = index % present;
    const userId = `g${Math.floor(round / kinds.length)}-c${customer}`;
    const kind = (round + customer) % kinds.length;
    if (kinds[kind] === 'decide') {
      return postOf('/v1/decide', { customer: { userId }, placements: ['home-hero'] });
    }
    const properties = {
      category: 'tents',
      product_id: `p${index % 211}`,
      price: 20 + (index % 80),
      revenue: 90,
    };
    return postOf('/v1/track', { userId, event: names[(kind + customer) % names.length], properties });
  };
}

/** Requests a second that the server answers when it is never left without work. */
export async function saturation(url: string, shop: Shop, ms: number): Promise<number> {
  return (await runClosedLoop({ url, ms, request: shop.next, connections })).perSecond;
}

export interface Window {
  readonly latencies: LatencyHistogram;
  readonly refused: number;
  /** How long this very process was kept from its work, the 99th percentile, ms: what the machine gave to others. */
  readonly heldUpMs: number;
}

/** One stretch of open-loop load; requests come by chance, as independent customers do. */
export async function loadWindow(
  url: string,
  shop: Shop,
  {
    perSecond,
    seconds,
    seed,
  }: { readonly perSecond: number; readonly seconds: number; readonly seed: number },
): Promise<Window> {
  const due = arrivals({ perSecond, seconds, seed });
  const delays = monitorEventLoopDelay({ resolution: 5 });
  delays.enable();
  const { corrected, refused } = await runOpenLoop({ url, due, request: shop.next, connections });
  delays.disable();
  return { latencies: corrected, refused, heldUpMs: delays.percentile(99) / 1e6 };
}
