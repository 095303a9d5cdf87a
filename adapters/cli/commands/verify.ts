import { parseArgs } from 'node:util';
import { CodedError, type Difference, day, type VerifyReport, verifyStore } from '../../../engine/index.ts';
import { MemoryStateStore } from '../../memory/memory-state-store.ts';
import { printable } from '../../rule-files/print-diagnostics.ts';
import { readConfig } from '../../system/config.ts';
import { openStorage, type Storage } from '../../wiring/open-storage.ts';
import type { Command } from '../command.ts';
import { rulebookInForce } from '../rulebook/rulebook-in-force.ts';
import { startProgress } from '../support/progress.ts';
import { replayObserver } from '../support/replay-observer.ts';
import { stopOnSignal } from '../support/stop-on-signal.ts';
import { grouped, renderTable } from '../support/table.ts';

export const verify: Command = {
  name: 'verify',
  summary: 'compares the stored state of every customer with what the log says',
  usage: `nextbest verify [--rules FOLDER] [--limit N] [--json]

Folds the log into memory, one partition at a time, and compares each customer with the store. Changes nothing. Exit code
1 when any differs; the first N (20) are told, each with the place where it differs first, without values.

The embedded store must not be in use by a server meanwhile. Redis and NATS may be, but should be quiet: partitions that
move on while they are compared are named and not judged. Customers who were there before the log begins
(NEXTBEST_LOG_DAYS) cannot be judged, and are counted. The log is folded under the rulebook that is in force (or that of
FOLDER): where another one was in force before, features may differ for that reason.`,
  run: async (args) => {
    const { values } = parseArgs({
      args: [...args],
      options: {
        rules: { type: 'string' },
        limit: { type: 'string', default: '20' },
        json: { type: 'boolean', default: false },
      },
    });
    if (!/^\d{1,6}$/.test(values.limit)) {
      throw new CodedError('NB_CONFIG', `--limit: expected a whole number, found "${values.limit}"`);
    }
    const config = readConfig(process.env);
    const storage = await openStorage(config, (note) => process.stderr.write(`${note}\n`));
    const stopping = stopOnSignal();
    try {
      const progress = startProgress(process.stderr, 'verify');
      const report = await verifyStore({
        ...config,
        ports: storage,
        observer: replayObserver(),
        rulebook: await rulebookInForce(storage, values.rules),
        recordMs: config.recordDays * day,
        signal: stopping.signal,
        newStore: () => new MemoryStateStore(storage),
        onProgress: (done) =>
          progress.update(done / config.partitions, `${done} of ${config.partitions} partitions`),
        tellMax: Number(values.limit),
      });
      if (stopping.signal.aborted)
        throw new CodedError('NB_STORE_UNAVAILABLE', 'the comparison was interrupted');
      progress.finish(`${grouped(report.customers)} customers`);
      const books = await booksSince(storage);
      const text = values.json ? JSON.stringify({ ...report, rulebooks: books }) : render(report, books);
      process.stdout.write(`${text}\n`);
      return report.differing > 0 ? 1 : 0;
    } finally {
      stopping.forget();
      await storage.close();
    }
  },
};

async function booksSince({ rulebooks }: Pick<Storage, 'rulebooks'>): Promise<number> {
  return (await rulebooks.read()).history.books.length;
}

function render(report: VerifyReport, books: number): string {
  const { customers, differing, differences, older, waiting, moved } = report;
  const notes = [
    ...(older > 0
      ? [`${grouped(older)} customers were there before the log begins and were not compared.`]
      : []),
    ...(waiting > 0
      ? ['Something waits to be applied or sent: what requests stored just now may differ for a moment.']
      : []),
    ...(moved.length > 0
      ? [`Partitions ${moved.join(', ')} moved on meanwhile and were not judged: run again when it is quiet.`]
      : []),
    ...(differing > 0 && books > 1
      ? [
          `${books} rulebooks were in force so far: what an earlier one did not collect or decided otherwise differs.`,
        ]
      : []),
  ];
  if (differing === 0)
    return [`All ${grouped(customers)} customers are as the log says.`, ...notes].join('\n');
  const table = renderTable(['customer', 'partition', 'what', 'where'], differences.map(rowOf));
  const rest =
    differing > differences.length ? [`... and ${grouped(differing - differences.length)} more.`] : [];
  return [
    `${grouped(differing)} of ${grouped(customers)} customers differ.`,
    '',
    table,
    ...rest,
    ...notes,
  ].join('\n');
}

const words: Readonly<Record<Difference['kind'], string>> = {
  missing: 'not in the store',
  unknown: 'not in the log',
  different: 'differs',
};

function rowOf({ key, partition, kind, path }: Difference): readonly string[] {
  return [printable(key), String(partition), words[kind], printable(path ?? '')];
}
