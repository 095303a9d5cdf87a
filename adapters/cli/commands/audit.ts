import { parseArgs } from 'node:util';
import { type AuditReport, auditDecisions, CodedError, parseDuration } from '../../../engine/index.ts';
import { type Config, readConfig } from '../../system/config.ts';
import { madeBy } from '../../wiring/made-by.ts';
import { openStorage, type Storage } from '../../wiring/open-storage.ts';
import { renderAudit } from '../audit/audit-report.ts';
import { endsOfEarlier } from '../audit/earlier-audit.ts';
import type { Command } from '../command.ts';
import { keptBooks } from '../rulebook/kept-books.ts';
import { startProgress } from '../support/progress.ts';
import { stopOnSignal } from '../support/stop-on-signal.ts';
import { grouped } from '../support/table.ts';

export const audit: Command = {
  name: 'audit',
  summary: 'makes the decisions of a period again and checks the chains of their receipts',
  usage: `nextbest audit [--since 24h] [--against FILE] [--limit N] [--json]

Makes every decision of the period again from its receipt, by the rulebook that was in force then, and compares it to the
last byte. Follows the chains that vouch for the receipts: one that was changed, added or taken away shows. Changes nothing.
Exit code 1 when a decision comes out otherwise or a chain is broken; the first N (20) of each are told.

--against names what an earlier \`nextbest audit --json\` wrote: then what was there is still there, whoever could write to
the streams since. Decisions of erased customers and of rulebooks that are not kept any more are counted apart.

The embedded store must not be in use by a server meanwhile; Redis and NATS may be.`,
  run: async (args) => {
    const { values } = parseArgs({
      args: [...args],
      options: {
        since: { type: 'string', default: '24h' },
        against: { type: 'string' },
        limit: { type: 'string', default: '20' },
        json: { type: 'boolean', default: false },
      },
    });
    const wishes = { ...values, sinceMs: durationOf(values.since), tellMax: countOf(values.limit) };
    const config = readConfig(process.env);
    const storage = await openStorage(config, (note) => process.stderr.write(`${note}\n`));
    try {
      const report = await run(config, storage, wishes);
      process.stdout.write(`${values.json ? JSON.stringify(report) : renderAudit(report)}\n`);
      return report.mismatches > 0 || report.breaks > 0 ? 1 : 0;
    } finally {
      await storage.close();
    }
  },
};

interface Wishes {
  readonly sinceMs: number;
  readonly against?: string | undefined;
  readonly tellMax: number;
}

async function run(config: Config, storage: Storage, wishes: Wishes): Promise<AuditReport> {
  const { partitions } = config;
  const { receipts } = storage;
  if (!receipts) throw new CodedError('NB_CONFIG', `${storage.name} keeps no receipts`);
  const known = wishes.against === undefined ? [] : await endsOfEarlier(wishes.against);
  const progress = startProgress(process.stderr, 'audit');
  const stopping = stopOnSignal();
  try {
    const report = await auditDecisions({
      ...storage,
      partitions,
      stream: receipts,
      since: storage.clock.now() - wishes.sinceMs,
      bookOf: keptBooks(storage),
      madeBy: madeBy(),
      known,
      signal: stopping.signal,
      tellMax: wishes.tellMax,
      onProgress: (done) =>
        progress.update(done.partitions / partitions, `${grouped(done.decisions)} decisions`),
    });
    if (stopping.signal.aborted) throw new CodedError('NB_STORE_UNAVAILABLE', 'the audit was interrupted');
    progress.finish(`${grouped(report.decisions)} decisions`);
    return report;
  } finally {
    stopping.forget();
  }
}

function durationOf(text: string): number {
  const ms = parseDuration(text);
  if (ms !== undefined && ms > 0) return ms;
  throw new CodedError('NB_CONFIG', `--since: expected a duration such as 24h or 7d, found "${text}"`);
}

function countOf(text: string): number {
  if (/^\d{1,6}$/.test(text)) return Number(text);
  throw new CodedError('NB_CONFIG', `--limit: expected a whole number, found "${text}"`);
}
