import { LmdbBudgetLedger } from '../../../adapters/lmdb/lmdb-budget-ledger.ts';
import { systemClock } from '../../../adapters/system/system-clock.ts';
import type { Tenant } from '../../../engine/model/ids.ts';
import { overLmdb } from '../lmdb-folder.ts';
import { describeBudgetLedger } from './budget-ledger-suite.ts';

describeBudgetLedger('lmdb', () =>
  overLmdb((database) => {
    const ledgerOf = (tenant: string) =>
      new LmdbBudgetLedger(database, { tenant: tenant as Tenant, clock: systemClock });
    return { ledger: ledgerOf('shop'), other: ledgerOf('shop2') };
  }),
);
