import { MemoryDecisionStream } from '../../../adapters/memory/memory-decision-stream.ts';
import { systemTiming } from '../../../adapters/system/timing.ts';
import { inMemory } from '../backing.ts';
import { describeDecisionStream } from './decision-stream-suite.ts';

describeDecisionStream(
  'memory',
  async () => ({
    stream: new MemoryDecisionStream({ timing: systemTiming }),
    other: new MemoryDecisionStream({ timing: systemTiming }),
    close: async () => {},
  }),
  inMemory,
);
