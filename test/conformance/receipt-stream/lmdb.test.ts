import { LmdbReceiptStream } from '../../../adapters/lmdb/lmdb-receipt-stream.ts';
import { systemClock } from '../../../adapters/system/system-clock.ts';
import { systemTiming } from '../../../adapters/system/timing.ts';
import { limits } from '../../../engine/index.ts';
import type { Tenant } from '../../../engine/model/ids.ts';
import { overLmdb } from '../lmdb-folder.ts';
import { describeReceiptStream } from './receipt-stream-suite.ts';

describeReceiptStream('lmdb', () =>
  overLmdb((database) => {
    const streamOf = (tenant: string) =>
      new LmdbReceiptStream(database, {
        tenant: tenant as Tenant,
        clock: systemClock,
        timing: systemTiming,
        ageMsMax: limits.receiptMsDefault,
      });
    return { stream: streamOf('shop'), other: streamOf('shop2') };
  }),
);
