import { MemoryReceiptStream } from '../../../adapters/memory/memory-receipt-stream.ts';
import { systemClock } from '../../../adapters/system/system-clock.ts';
import { systemTiming } from '../../../adapters/system/timing.ts';
import { inMemory } from '../backing.ts';
import { describeReceiptStream } from './receipt-stream-suite.ts';

const world = { clock: systemClock, timing: systemTiming };

describeReceiptStream(
  'memory',
  async () => ({
    stream: new MemoryReceiptStream(world),
    other: new MemoryReceiptStream(world),
    close: async () => {},
  }),
  inMemory,
);
