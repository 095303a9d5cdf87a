import { LmdbDecisionStream } from '../../../adapters/lmdb/lmdb-decision-stream.ts';
import { systemClock } from '../../../adapters/system/system-clock.ts';
import { systemTiming } from '../../../adapters/system/timing.ts';
import type { Tenant } from '../../../engine/model/ids.ts';
import { overLmdb } from '../lmdb-folder.ts';
import { describeDecisionStream } from './decision-stream-suite.ts';

describeDecisionStream('lmdb', () =>
  overLmdb((database) => {
    const streamOf = (tenant: string) =>
      new LmdbDecisionStream(database, {
        tenant: tenant as Tenant,
        clock: systemClock,
        timing: systemTiming,
      });
    return { stream: streamOf('shop'), other: streamOf('shop2') };
  }),
);
