import { judgeWorld, type WorldSize } from './judge-change.ts';

/** What a worker is asked for; it answers with one judgement after the other, then `done`. */
export interface WorldOrder {
  readonly world: number;
  readonly seed: number;
  readonly changes: number;
  readonly size: WorldSize;
}

process.on('message', (order: WorldOrder) => {
  for (const judgement of judgeWorld(order.world, order)) process.send?.(judgement);
  process.send?.('done');
});
process.on('disconnect', () => process.exit());
