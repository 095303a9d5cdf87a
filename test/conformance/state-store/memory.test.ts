import { MemoryStateStore } from '../../../adapters/memory/memory-state-store.ts';
import { systemClock } from '../../../adapters/system/system-clock.ts';
import { inMemory } from '../backing.ts';
import { describeStateStore } from './state-store-suite.ts';

describeStateStore(
  'memory',
  async () => ({
    store: new MemoryStateStore({ clock: systemClock }),
    other: new MemoryStateStore({ clock: systemClock }),
    close: async () => {},
  }),
  inMemory,
);
