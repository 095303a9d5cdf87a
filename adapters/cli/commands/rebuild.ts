import { parseArgs } from 'node:util';
import {
  CodedError,
  day,
  type LogReach,
  type RebuildReport,
  type Rulebook,
  reachOf,
  rebuildStore,
  sendOutbox,
} from '../../../engine/index.ts';
import { type Config, readConfig } from '../../system/config.ts';
import { digestState } from '../../system/state-digest.ts';
import { asRebuild } from '../../wiring/half-rebuilt.ts';
import { openStorage, type Storage } from '../../wiring/open-storage.ts';
import type { Command } from '../command.ts';
import { rulebookInForce } from '../rulebook/rulebook-in-force.ts';
import { startProgress } from '../support/progress.ts';
import { replayObserver } from '../support/replay-observer.ts';
import { becomeSoleNode } from '../support/sole-node.ts';
import { stopOnSignal } from '../support/stop-on-signal.ts';
import { grouped } from '../support/table.ts';

export const rebuild: Command = {
  name: 'rebuild',
  summary: 'rebuilds the state of all customers from the log',
  usage: `nextbest rebuild [--yes] [--partial] [--rules FOLDER] [--json]

Folds the log from its beginning into an empty store, under the rulebook that is in force (or that of FOLDER). A store that
is not empty is wiped first, which takes --yes. Stop all servers before; none starts on a store whose rebuild was cut short
until it is begun again and finished. Nothing is sent a second time: no message to the log, no decision to its channels;
what a lost store had not sent yet is sent in the end (of decisions, those made since the rulebook is in force).

A log that no longer begins at the beginning (NEXTBEST_LOG_DAYS) gives other states than those there were: customers lose
what happened before. That is refused unless --partial says that it is meant.

Not in the log and gone afterwards: the records of decisions that were asked for over HTTP (their contacts are in the log).`,
  run: async (args) => {
    const { values } = parseArgs({
      args: [...args],
      options: {
        yes: { type: 'boolean', default: false },
        partial: { type: 'boolean', default: false },
        rules: { type: 'string' },
        json: { type: 'boolean', default: false },
      },
    });
    const config = readConfig(process.env);
    const storage = await openStorage(config, (note) => process.stderr.write(`${note}\n`));
    try {
      const sole = await becomeSoleNode(storage, config.partitions);
      try {
        const done = await run(config, storage, values);
        process.stdout.write(`${values.json ? JSON.stringify(done) : render(done)}\n`);
        return 0;
      } finally {
        await sole.close();
      }
    } finally {
      await storage.close();
    }
  },
};

interface Wishes {
  readonly yes: boolean;
  readonly partial: boolean;
  readonly rules?: string | undefined;
}

interface Done extends RebuildReport {
  readonly digest: string;
  readonly customers: number;
  readonly rulebook: string;
}

async function run(config: Config, storage: Storage, wishes: Wishes): Promise<Done> {
  const { tenant, partitions, recordDays } = config;
  const rulebook = await rulebookInForce(storage, wishes.rules);
  const observer = replayObserver();
  const reach = await reachOf(storage, partitions);
  refuseCutLog(reach, partitions, wishes);
  await refuseToWipe(storage, reach, wishes);
  await sendOutbox(storage, partitions, observer);
  const since = await inForceSince(storage, rulebook);
  const total = reach.heads.reduce((sum, head) => sum + head, 0);
  const progress = startProgress(process.stderr, 'rebuild');
  const stopping = stopOnSignal();
  try {
    const report = await asRebuild(storage.store, async () => {
      await storage.store.wipe();
      return rebuildStore({
        tenant,
        partitions,
        ports: storage,
        observer,
        rulebook,
        inForceSince: since,
        recordMs: recordDays * day,
        signal: stopping.signal,
        onProgress: (applied) =>
          progress.update(fractionOf(config, reach, { applied, total }), `${grouped(applied)} messages`),
      });
    });
    progress.finish(`${grouped(report.applied)} messages`);
    const { digest, customers } = await digestState(storage.store);
    return { ...report, digest, customers, rulebook: rulebook.version };
  } finally {
    stopping.forget();
  }
}

/** Epoch ms: now for a rulebook that is not in force, 0 where none ever was. */
async function inForceSince({ rulebooks, clock }: Storage, { version }: Rulebook): Promise<number> {
  const { inForce } = (await rulebooks.read()).history;
  if (inForce === undefined) return 0;
  return inForce.version === version ? inForce.since : clock.now();
}

/** Sequences count the entries of each partition in the embedded log, and those of all partitions together in a stream. */
function fractionOf(
  { storage }: Config,
  { heads }: LogReach,
  { applied, total }: { readonly applied: number; readonly total: number },
): number {
  return applied / Math.max(1, storage.kind === 'redis' ? Math.max(...heads) : total);
}

function refuseCutLog({ cut }: LogReach, partitions: number, { partial }: Wishes): void {
  if (cut.length === 0 || partial) return;
  throw new CodedError(
    'NB_STREAM_REWOUND',
    `the log of ${cut.length} of ${partitions} partitions no longer begins at the beginning: what happened before it is ` +
      'not known any more, and customers would lose it. If that is meant, say --partial.',
  );
}

async function refuseToWipe(storage: Storage, reach: LogReach, { yes }: Wishes): Promise<void> {
  const isEmpty = (await storage.store.documents()[Symbol.asyncIterator]().next()).done === true;
  if (!isEmpty && reach.heads.every((head) => head === 0)) {
    throw new CodedError('NB_STREAM_REWOUND', 'the log is empty: from it no customer could be rebuilt');
  }
  if (!isEmpty && !yes) {
    throw new CodedError(
      'NB_CONFIG',
      `${storage.name} holds customers. Rebuilding wipes them first and reads them from the log again: say --yes.`,
    );
  }
}

function render({ applied, appended, published, deadLetters, digest, customers, rulebook }: Done): string {
  return [
    `${grouped(customers)} customers from ${grouped(applied)} messages, under rulebook ${rulebook}.`,
    `Sent because it never was: ${grouped(appended)} messages, ${grouped(published)} decisions.`,
    ...(deadLetters > 0 ? [`Put aside: ${grouped(deadLetters)} messages; see nextbest deadletters.`] : []),
    `Digest ${digest}`,
  ].join('\n');
}
