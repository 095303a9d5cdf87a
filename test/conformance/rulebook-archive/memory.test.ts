import { MemoryRulebookArchive } from '../../../adapters/memory/memory-rulebook-archive.ts';
import { inMemory } from '../backing.ts';
import { describeRulebookArchive } from './rulebook-archive-suite.ts';

describeRulebookArchive(
  'memory',
  async () => {
    const archive = new MemoryRulebookArchive();
    return { archive, elsewhere: archive, other: new MemoryRulebookArchive(), close: async () => {} };
  },
  inMemory,
);
