import { createWriteStream } from 'node:fs';
import { parseArgs } from 'node:util';
import {
  CodedError,
  type Decision,
  decodeState,
  featuresOf,
  limits,
  type Observer,
  profilesOf,
  type Rulebook,
  segmentsNote,
} from '../../../engine/index.ts';
import { loadRulebook } from '../../rule-files/load-rulebook.ts';
import { printDiagnostics, wantsColor } from '../../rule-files/print-diagnostics.ts';
import { type Config, readConfig } from '../../system/config.ts';
import { digestState } from '../../system/state-digest.ts';
import { systemClock } from '../../system/system-clock.ts';
import { refuseHalfRebuilt } from '../../wiring/half-rebuilt.ts';
import { openLibraries } from '../../wiring/libraries.ts';
import { kindOf, openNode } from '../../wiring/open-node.ts';
import { openStorage, type Storage } from '../../wiring/open-storage.ts';
import { sparingly } from '../../wiring/sparingly.ts';
import type { Command } from '../command.ts';
import { DecisionDump } from '../replay/decision-dump.ts';
import { replayFile } from '../replay/replay.ts';
import { progressDetail, renderReplaySummary, replaySummary } from '../replay/replay-summary.ts';
import { untilAnswered } from '../replay/until-answered.ts';
import { startProgress } from '../support/progress.ts';
import { stopOnSignal } from '../support/stop-on-signal.ts';

export const replay: Command = {
  name: 'replay',
  summary: 'plays a file of history through the real pipeline',
  usage: `nextbest replay FILE --map MAP.yaml [--rules FOLDER] [--memory] [--limit ROWS] [--json] [--dump-features FILE]
                [--dump-decisions FILE]

Turns the rows of FILE (CSV, JSON lines or text, also .gz) into touchpoint events by the mapping file and folds them
as if they arrived when they happened: windows, waits and triggers run on the time of the events. Works on the storage
of the environment, or in memory with --memory; the embedded store must not be in use by a server meanwhile. A run that
was interrupted goes on where it stood.
--dump-features writes one JSON line a customer with its features at the time of the last event.
--dump-decisions writes one JSON line a decision, with its reasons, in the order in which they were made; it starts a file
of that name anew.`,
  run: async (args) => {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        map: { type: 'string' },
        rules: { type: 'string' },
        memory: { type: 'boolean', default: false },
        limit: { type: 'string' },
        json: { type: 'boolean', default: false },
        'dump-features': { type: 'string' },
        'dump-decisions': { type: 'string' },
      },
    });
    const [file] = positionals;
    if (file === undefined || values.map === undefined) {
      throw new CodedError('NB_CONFIG', 'expected a file and --map MAP.yaml; see nextbest replay --help');
    }
    const written = readConfig(process.env);
    const config: Config = values.memory ? { ...written, storage: { kind: 'memory' } } : written;
    const rulebook = await loadOrRefuse(values.rules ?? config.rules);
    const summary = await run(config, rulebook, {
      file,
      map: values.map,
      ...(values.limit !== undefined && { limit: rowsOf(values.limit) }),
      ...(values['dump-features'] !== undefined && { dump: values['dump-features'] }),
      ...(values['dump-decisions'] !== undefined && { decisions: values['dump-decisions'] }),
    });
    process.stdout.write(`${values.json ? JSON.stringify(summary.json) : summary.text}\n`);
    return 0;
  },
};

/** What a run that was killed sends again must be known to a customer whom all of it is about. */
const eventsPerAppend = limits.seenMax;

interface ReplayRequest {
  readonly file: string;
  readonly map: string;
  readonly limit?: number;
  readonly dump?: string;
  readonly decisions?: string;
}

async function run(config: Config, rulebook: Rulebook, request: ReplayRequest) {
  const storage = await openStorage(config, (note) => process.stderr.write(`${note}\n`));
  await refuseHalfRebuilt(storage.store).catch(async (error: unknown) => {
    await storage.close();
    throw error;
  });
  const counts = { applied: 0, newest: 0, decisionsByAction: {} as Record<string, number> };
  const decisions = request.decisions === undefined ? undefined : new DecisionDump(request.decisions);
  const node = openNode(config, storage, {
    rulebook: () => rulebook,
    learns: false,
    observer: countInto(counts, decisions),
  });
  const stopping = stopOnSignal();
  try {
    const progress = startProgress(process.stderr, 'replay');
    const report = await replayFile({
      ...request,
      sink: {
        ingest: async (events, options) => {
          await decisions?.room();
          for (const { timestamp } of events) counts.newest = Math.max(counts.newest, timestamp);
          await untilAnswered(storage.timing, () => node.ingest(events, options));
        },
      },
      notes: {
        readNote: (name) => storage.store.readNote(name),
        writeNote: (name, value) => untilAnswered(storage.timing, () => storage.store.writeNote(name, value)),
      },
      batchSize: eventsPerAppend,
      signal: stopping.signal,
      onProgress: (at) => progress.update(at.bytesRead / Math.max(1, at.bytesTotal), progressDetail(at)),
    });
    progress.finish(progressDetail({ ...report, bytesRead: 0, bytesTotal: 0 }));
    await node.settled();
    await decisions?.close();
    // History stands where it ended: a server that comes after judges everybody's segments for the present.
    await storage.store.writeNote(segmentsNote, '');
    const { digest, customers } = await digestState(storage.store);
    if (request.dump !== undefined) await dumpFeatures(storage, rulebook, counts.newest, request.dump);
    const duplicates = Math.max(0, report.eventsSent - counts.applied);
    const newestEvent = counts.newest > 0 ? new Date(counts.newest).toISOString() : undefined;
    const statistics = { duplicates, decisionsByAction: counts.decisionsByAction, digest };
    return {
      json: {
        ...replaySummary(report, statistics),
        customers,
        rulebook: rulebook.version,
        newestEvent,
        storage: storage.name,
      },
      text: `${renderReplaySummary(report, statistics)} over ${customers} customers, on ${storage.name}${newestEvent === undefined ? '' : `; newest event ${newestEvent}`}`,
    };
  } finally {
    stopping.forget();
    await node.stop();
    await storage.close();
  }
}

async function loadOrRefuse(folder: string): Promise<Rulebook> {
  const { rulebook, diagnostics, folder: read } = await loadRulebook({ folder, libraries: openLibraries() });
  if (rulebook) return rulebook;
  const color = wantsColor(process.stderr, process.env);
  process.stderr.write(printDiagnostics(diagnostics, { folder, texts: read.texts, color }));
  throw new CodedError('NB_CONFIG', `${folder} is not a valid rulebook`);
}

/** Events that were applied, each once; the rest of what was sent were repeats of an id. */
function countInto(
  counts: { applied: number; decisionsByAction: Record<string, number> },
  decisions: DecisionDump | undefined,
): Observer {
  const warn = sparingly((text: string) => process.stderr.write(`${text}\n`), systemClock.now);
  return {
    applied: ({ kind, note }) => {
      if (kind === 'event' && note === 'applied') counts.applied += 1;
    },
    decided: (decision) => {
      decisions?.write(decision);
      for (const action of actionsOf(decision)) {
        counts.decisionsByAction[action] = (counts.decisionsByAction[action] ?? 0) + 1;
      }
    },
    conflicted: () => undefined,
    advanced: () => undefined,
    deadLettered: (_reason, cause) =>
      warn(cause, `a message could not be applied and was put aside (${cause})`),
    repaired: ({ partition }) => warn('repaired', `the log of partition ${partition} lost entries`),
    restarted: () => undefined,
    troubled: (what, error) =>
      warn(
        kindOf(what),
        `${what} goes on by itself after: ${error instanceof Error ? error.message : String(error)}`,
      ),
  };
}

function actionsOf(decision: Decision): readonly string[] {
  const chosen = decision.placements.flatMap(({ treatments }) => treatments.map(({ action }) => action));
  return chosen.length > 0 ? chosen : ['(none)'];
}

/** The first Ctrl-C stops after the batch in hand; the run can be taken up again. */
async function dumpFeatures(storage: Storage, rulebook: Rulebook, now: number, file: string): Promise<void> {
  const out = createWriteStream(file);
  for await (const { key, value } of storage.store.documents()) {
    if (key.startsWith('p:')) continue;
    const state = decodeState(value);
    if (state.forward !== undefined) continue;
    const line = JSON.stringify({
      customer: key,
      features: featuresOf(profilesOf(state), rulebook, now),
    });
    if (!out.write(`${line}\n`)) await new Promise<void>((resolve) => out.once('drain', () => resolve()));
  }
  await new Promise<void>((resolve, reject) => {
    out.on('error', reject);
    out.end(resolve);
  });
}

function rowsOf(text: string): number {
  const rows = Number(text);
  if (Number.isSafeInteger(rows) && rows > 0) return rows;
  throw new CodedError('NB_CONFIG', `--limit: expected a whole number of rows, found "${text}"`);
}
