import { describe, expect, it } from 'vitest';
import type { Json, TouchpointEvent } from '../../../engine/index.ts';
import { bookOf } from '../support/book.ts';
import { hour, noon, track } from '../support/events.ts';
import { openLedger, received } from '../support/fold.ts';

/**
 * Tells on which of the events a trigger with this condition decided; the first one is number 1. They come in an hour
 * apart, and happened then unless they say another time than noon.
 */
function firesOn(when: string, events: readonly TouchpointEvent[]): readonly number[] {
  const book = bookOf(`
channels: { push: { direction: push } }
placements: { message: { channel: push } }
features:
  orders.count: { count: Order Completed }
  orders.count_1h: { count: Order Completed, within: 1h }
  orders.last: { last: Order Completed, of: properties.sku }
conditions:
  promoted: { fact: traits.tier, operator: changed, value: { to: gold } }
triggers: { t: { on: [identify, Order Completed, Shop Visited], when: ${when}, ask: message } }
---
action: hello
group: service
treatments: { push: { channel: push, content: { text: Hello } } }
`);
  const ledger = openLedger(book);
  return events.flatMap((event, index) => {
    const before = ledger.decisions.length;
    const receivedAt = noon + index * hour;
    const timestamp = event.timestamp === noon ? receivedAt : event.timestamp;
    ledger.fold(received({ ...event, timestamp }, receivedAt));
    return ledger.decisions.length > before ? [index + 1] : [];
  });
}

const told = (traits: Readonly<Record<string, Json>>) => track('identify', { type: 'identify', traits });
const ordered = (sku = 'x') => track('Order Completed', { properties: { sku } });
const visited = () => track('Shop Visited');

describe('`changed`', () => {
  it('holds for the event that made the fact another one', () => {
    const tiers = ['silver', 'silver', 'gold', 'gold', 'silver'].map((tier) => told({ tier }));
    expect(firesOn('{ fact: traits.tier, operator: changed, value: true }', tiers)).toEqual([1, 3, 5]);
    expect(firesOn('{ fact: traits.tier, operator: "not:changed", value: true }', tiers)).toEqual([2, 4]);
  });

  it('asks for the value before, the value after, or both', () => {
    const tiers = ['bronze', 'gold', 'silver', 'gold', 'bronze'].map((tier) => told({ tier }));
    const changed = (value: string) =>
      firesOn(`{ fact: traits.tier, operator: changed, value: ${value} }`, tiers);
    expect(changed('{ to: gold }')).toEqual([2, 4]);
    expect(changed('{ from: gold }')).toEqual([3, 5]);
    expect(changed('{ from: silver, to: gold }')).toEqual([4]);
    expect(changed('{ from: null }')).toEqual([1]);
  });

  it('compares lists and maps by what is in them, and looks below a path', () => {
    const at = (city: string, street: string) => told({ address: { street, city } });
    const moves = [at('Oslo', 'A 1'), at('Oslo', 'A 1'), at('Oslo', 'B 2'), at('Bergen', 'B 2')];
    expect(firesOn('{ fact: traits.address, operator: changed, value: true }', moves)).toEqual([1, 3, 4]);
    expect(firesOn('{ fact: traits.address, path: $.city, operator: changed, value: true }', moves)).toEqual([
      1, 4,
    ]);
    const to = '{ to: { city: Bergen, street: B 2 } }';
    expect(firesOn(`{ fact: traits.address, operator: changed, value: ${to} }`, moves)).toEqual([4]);
  });

  it('looks at features, and takes no window that closed in the meantime for a change', () => {
    const events = [ordered('a'), visited(), ordered('b'), ordered('b'), visited()];
    expect(firesOn('{ fact: orders.count, operator: changed, value: true }', events)).toEqual([1, 3, 4]);
    expect(firesOn('{ fact: orders.count, operator: changed, value: { to: 2 } }', events)).toEqual([3]);
    expect(firesOn('{ fact: orders.last, operator: changed, value: true }', events)).toEqual([1, 3]);
    expect(firesOn('{ fact: orders.count_1h, operator: changed, value: true }', events)).toEqual([1, 3, 4]);
  });

  it('stands among other conditions, and in shared ones', () => {
    const tiers = [told({ tier: 'gold' }), told({ tier: 'gold' }), told({ tier: 'bronze' })];
    expect(firesOn('{ condition: promoted }', tiers)).toEqual([1]);
    const either =
      '{ any: [{ condition: promoted }, { fact: traits.tier, operator: equal, value: bronze }] }';
    expect(firesOn(either, tiers)).toEqual([1, 3]);
  });

  it('does not hold for an event that came in too late to change anything', () => {
    const tier = (name: string, at: number) => ({ ...told({ tier: name }), timestamp: noon + at * hour });
    const changed = '{ fact: traits.tier, operator: changed, value: true }';
    expect(firesOn(changed, [tier('silver', 0.1), tier('gold', 1.2), tier('bronze', 1.1)])).toEqual([1, 2]);
    expect(firesOn(changed, [tier('silver', 0.1), tier('gold', 1.1), tier('bronze', 1.2)])).toEqual([
      1, 2, 3,
    ]);
  });
});
