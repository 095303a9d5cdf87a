import { LmdbTouchpointLog } from '../../../adapters/lmdb/lmdb-touchpoint-log.ts';
import { systemClock } from '../../../adapters/system/system-clock.ts';
import { systemTiming } from '../../../adapters/system/timing.ts';
import type { Tenant } from '../../../engine/model/ids.ts';
import { overLmdb } from '../lmdb-folder.ts';
import { describeTouchpointLog } from './touchpoint-log-suite.ts';

describeTouchpointLog('lmdb', () =>
  overLmdb((database) => {
    const logOf = (tenant: string) =>
      new LmdbTouchpointLog(database, { tenant: tenant as Tenant, clock: systemClock, timing: systemTiming });
    return { log: logOf('shop'), other: logOf('shop2') };
  }),
);
