import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type LogMessage, limits, type Nonce } from '../../../engine/index.ts';
import type { LogMark } from '../../../engine/ports.ts';
import { BatchPace } from '../../../engine/runtime/batch-pace.ts';
import { extendTrail } from '../../../engine/runtime/checkpoint-trail.ts';
import { type CachedDocument, DocumentCache } from '../../../engine/runtime/document-cache.ts';
import { queueByKey } from '../../../engine/runtime/queue-by-key.ts';
import { bookOf, shopYaml } from '../support/book.ts';
import { track } from '../support/events.ts';
import { withoutPartitions } from '../support/faulty-store.ts';
import { startNode } from '../support/node.ts';

describe('the trail of a checkpoint', () => {
  it('stays small and reaches back in steps that grow with the distance, whatever the batches were', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 500 }), { minLength: 1, maxLength: 2_000 }), (steps) => {
        let sequence = 0;
        let trail: readonly LogMark[] = [];
        for (const step of steps) {
          sequence += step;
          trail = extendTrail(trail, { sequence, message: { id: `m${sequence}` } as LogMessage });
        }
        expect(trail.length).toBe(Math.min(steps.length, limits.checkpointTrailMax));
        expect(trail[0]?.sequence).toBe(sequence);
        for (const [index, mark] of trail.entries()) {
          const next = trail[index + 1];
          if (next) expect(next.sequence).toBeLessThan(mark.sequence);
        }
        // A loss of some size is repaired from not much farther back than a few times that size.
        for (const [index, mark] of trail.slice(2, -1).entries()) {
          const distance = sequence - mark.sequence;
          const farther = sequence - (trail[index + 3]?.sequence ?? 0);
          expect(farther).toBeLessThanOrEqual(8 * distance + 1_000);
        }
      }),
      { numRuns: 20 },
    );
  });
});

describe('the size of batches', () => {
  it('halves when folding took too long or a commit failed, and grows back', () => {
    const pace = new BatchPace();
    expect(pace.max).toBe(limits.batchMessagesMax);
    pace.folded(limits.batchFoldMsMax + 1);
    pace.failed();
    expect(pace.max).toBe(limits.batchMessagesMax / 4);
    for (let batch = 0; batch < 5; batch += 1) pace.folded(0);
    expect(pace.max).toBe(limits.batchMessagesMax);
    for (let batch = 0; batch < 20; batch += 1) pace.failed();
    expect(pace.max).toBe(1);
  });
});

describe('the cache of documents', () => {
  const document = (bytes: number): CachedDocument => ({
    nonce: 'n' as Nonce,
    state: undefined,
    value: new Uint8Array(bytes),
  });

  it('is bounded by count and by bytes, and lets go of what was not used for longest', () => {
    const cache = new DocumentCache(3, 100);
    for (const key of ['a', 'b', 'c']) cache.set(key, document(10));
    cache.get('a');
    cache.set('d', document(10));
    expect(['a', 'b', 'c', 'd'].filter((key) => cache.get(key))).toEqual(['a', 'c', 'd']);
    cache.set('large', document(80));
    expect(['a', 'c', 'd', 'large'].filter((key) => cache.get(key))).toEqual(['c', 'd', 'large']);
    cache.set('larger', document(200));
    expect(cache.get('larger')).toBeUndefined();
    cache.set('e', document(100));
    expect(cache.get('e')).toBeDefined();
  });
});

describe('work in turn', () => {
  it('refuses what is too much for one key or in all, and takes more once some is done', async () => {
    const inTurn = queueByKey({ max: 3, perKeyMax: 2 });
    const ends: (() => void)[] = [];
    const work = () => new Promise<void>((resolve) => void ends.push(resolve));
    const first = inTurn('a', work);
    const second = inTurn('a', work);
    await expect(inTurn('a', work)).rejects.toMatchObject({ code: 'NB_OVERLOADED', retryable: true });
    const third = inTurn('b', work);
    await expect(inTurn('c', work)).rejects.toMatchObject({ code: 'NB_OVERLOADED' });
    expect(ends).toHaveLength(2);
    ends[0]?.();
    await first;
    await expect.poll(() => ends).toHaveLength(3);
    const fourth = inTurn('a', async () => 'done');
    for (const end of ends) end();
    await Promise.all([second, third]);
    expect(await fourth).toBe('done');
    expect(await inTurn('a', async () => 'again')).toBe('again');
  });
});

describe('an embedded node', () => {
  it('refuses events while too many wait to be applied, and takes them again once they are', async () => {
    const behind = startNode(bookOf(shopYaml), { backlogMax: 10 }, withoutPartitions);
    await behind.node.ingest(Array.from({ length: 11 }, () => track('Order Completed')));
    await expect
      .poll(() => behind.node.ingest([track('Order Completed')]).then(String, (error) => error.code))
      .toBe('NB_OVERLOADED');
    const worker = behind.another((ports) => ({ ...ports, leases: fromMemory }));
    await worker.node.settled();
    await expect
      .poll(() =>
        behind.node.ingest([track('Order Completed')]).then(
          () => 'taken',
          (error) => error.code,
        ),
      )
      .toBe('taken');
    await Promise.all([behind.node.stop(), worker.node.stop()]);
  });
});

/** Holds whatever it is asked for. */
const fromMemory = {
  beat: async () => ({ nodes: 1 }),
  hold: async <Held>(partitions: readonly Held[]) => partitions,
  release: async () => undefined,
  leave: async () => undefined,
};
