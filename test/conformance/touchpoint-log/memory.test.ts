import { MemoryTouchpointLog } from '../../../adapters/memory/memory-touchpoint-log.ts';
import { systemTiming } from '../../../adapters/system/timing.ts';
import { inMemory } from '../backing.ts';
import { describeTouchpointLog } from './touchpoint-log-suite.ts';

describeTouchpointLog(
  'memory',
  async () => ({
    log: new MemoryTouchpointLog({ timing: systemTiming }),
    other: new MemoryTouchpointLog({ timing: systemTiming }),
    close: async () => {},
  }),
  inMemory,
);
