import { limits } from '../limits.ts';
import type { Tenant } from '../model/ids.ts';
import { emptyModel } from '../model/model-snapshot.ts';
import type { Rulebook } from '../model/rulebook.ts';
import { BudgetDesk } from './budget-desk.ts';
import { DocumentCache } from './document-cache.ts';
import { EnrichmentDesk } from './enrichment-desk.ts';
import { ErasureMarks } from './erasure-marks.ts';
import { FoldPrecedence } from './fold-precedence.ts';
import type { Observer } from './observer.ts';
import { OutboxDrain } from './outbox-drain.ts';
import { BoundedLog, type ReplayContext } from './replay-log.ts';
import { RowCache } from './row-cache.ts';
import type { Ports, ReplayHooks } from './runtime-context.ts';
import { TableKeeper } from './table-keeper.ts';

/** What a log is folded with once more: nothing is asked of the world but the store, the budgets and the tables. */
export function openReplay(
  options: {
    readonly tenant: Tenant;
    readonly partitions: number;
    readonly ports: Ports;
    readonly observer: Observer;
    readonly rulebook: Rulebook;
    readonly recordMs: number;
  },
  replay: ReplayHooks & { readonly heads: readonly number[] },
): ReplayContext {
  const { tenant, partitions, observer, rulebook, recordMs } = options;
  const ports: Ports = { ...options.ports, log: new BoundedLog(options.ports.log, replay.heads) };
  const { store, budgets: ledger, clock } = ports;
  const troubled = (what: string, error: unknown) => observer.troubled(what, error);
  return {
    tenant,
    partitions,
    recordMs,
    ports,
    observer,
    cache: new DocumentCache(limits.documentCacheMax),
    desk: new BudgetDesk({ partitions, store, ledger, clock, isLive: false }),
    erasures: new ErasureMarks(ports),
    precedence: new FoldPrecedence(),
    outbox: new OutboxDrain(ports, observer),
    rulebook: () => rulebook,
    model: () => emptyModel,
    rows: new RowCache(),
    tables: new TableKeeper({ tenant, partitions, ...ports, archive: ports.tables, troubled }),
    enrichment: new EnrichmentDesk({ tenant, partitions, ...ports, enrichment: undefined, troubled }),
    replay: { committed: replay.committed },
  };
}
