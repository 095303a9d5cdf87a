import { LmdbStateStore } from '../../../adapters/lmdb/lmdb-state-store.ts';
import { systemClock } from '../../../adapters/system/system-clock.ts';
import type { Tenant } from '../../../engine/model/ids.ts';
import { overLmdb } from '../lmdb-folder.ts';
import { describeStateStore } from './state-store-suite.ts';

describeStateStore('lmdb', () =>
  overLmdb((database) => {
    const storeOf = (tenant: string) =>
      new LmdbStateStore(database, { tenant: tenant as Tenant, clock: systemClock });
    return { store: storeOf('shop'), other: storeOf('shop2') };
  }),
);
