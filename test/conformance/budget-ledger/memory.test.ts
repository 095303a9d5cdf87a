import { MemoryBudgetLedger } from '../../../adapters/memory/memory-budget-ledger.ts';
import { systemClock } from '../../../adapters/system/system-clock.ts';
import { inMemory } from '../backing.ts';
import { describeBudgetLedger } from './budget-ledger-suite.ts';

describeBudgetLedger(
  'memory',
  async () => ({
    ledger: new MemoryBudgetLedger({ clock: systemClock }),
    other: new MemoryBudgetLedger({ clock: systemClock }),
    close: async () => {},
  }),
  inMemory,
);
