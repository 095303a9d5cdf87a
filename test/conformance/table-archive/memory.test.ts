import { MemoryTableArchive } from '../../../adapters/memory/memory-table-archive.ts';
import { inMemory } from '../backing.ts';
import { describeTableArchive } from './table-archive-suite.ts';

describeTableArchive(
  'memory',
  async () => {
    const archive = new MemoryTableArchive();
    return { archive, elsewhere: archive, other: new MemoryTableArchive(), close: async () => undefined };
  },
  inMemory,
);
