import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import { CodedError, parseIsoTime } from '../../../engine/index.ts';
import type { Command } from '../command.ts';
import { loadEmbedded } from '../overlay/load-embedded.ts';
import { type LoadSummary, loadOverlay } from '../overlay/load-overlay.ts';
import { openOverlayFile } from '../overlay/overlay-file.ts';
import { describeLoad, describeOverlays, type OverlaysReply } from '../overlay/overlay-report.ts';
import { sendTo } from '../overlay/send-to-server.ts';
import { digestFile } from '../replay/file-digest.ts';
import { askServer, serverUrl } from '../support/ask-server.ts';
import { startProgress } from '../support/progress.ts';
import { grouped } from '../support/table.ts';

export const overlayCommand: Command = {
  name: 'overlay',
  summary: 'loads external attributes of customers or a reference table, and lists them',
  usage: `nextbest overlay load NAME FILE [--key COLUMN] [--at TIME] [--url URL | --embedded] [--json]
nextbest overlay list [--url URL] [--json]

Loads a file (.csv, .tsv, .jsonl, .parquet; texts also with .gz) into an overlay that the rulebook declares. The first
line of a .csv or .tsv names the columns. A table takes the place of the one in force as a whole; attributes of customers
are told one by one. TIME is when the source told them, ISO 8601, by default the time of the file: an older telling never
overwrites a newer one, and what the rulebook lets expire counts from then. Loading the same file again changes nothing.
Rows that do not fit are named with their place, the others are loaded, and the exit code is then 1.

A running server takes the file, and must be running; --embedded writes to the data directory itself, which no server may
use meanwhile.`,
  run: async (args) => {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        key: { type: 'string' },
        at: { type: 'string' },
        url: { type: 'string' },
        embedded: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
      },
    });
    const [what, name, file, ...more] = positionals;
    const url = values.url ?? serverUrl();
    if (what === 'list' && name === undefined) return list(url, values.json);
    if (what !== 'load' || name === undefined || file === undefined || more.length > 0) {
      throw new CodedError('NB_CONFIG', 'expected `overlay load NAME FILE` or `overlay list`');
    }
    if (values.embedded && values.url !== undefined) {
      throw new CodedError('NB_CONFIG', 'expected one of --url and --embedded, found both');
    }
    const load = {
      overlay: name,
      at: await timeOf(values.at, file),
      source: await sourceOf(file),
      ...(values.key !== undefined && { column: values.key }),
    };
    const summary = values.embedded
      ? await loadEmbedded(load, (job) => run({ ...job, file }))
      : await run({ ...(await jobOnServer(url, load)), file });
    process.stdout.write(`${values.json ? JSON.stringify(summary) : describeLoad(summary)}\n`);
    return summary.rejected === 0 ? 0 : 1;
  },
};

type Job = Pick<Parameters<typeof loadOverlay>[0], 'overlay' | 'kind' | 'send'>;

async function run(job: Job & { readonly file: string }): Promise<LoadSummary> {
  const progress = startProgress(process.stderr, 'load');
  const rows = await openOverlayFile(job.file);
  const summary = await loadOverlay({
    ...job,
    rows,
    onProgress: (fraction, count) => progress.update(fraction, `${grouped(count)} rows`),
  });
  progress.finish(`${grouped(summary.rows)} rows`);
  return summary;
}

async function jobOnServer(
  url: string,
  load: { readonly overlay: string; readonly at: number; readonly source: string; readonly column?: string },
): Promise<Job> {
  const { overlays } = (await askServer(url, '/v1/overlays')) as OverlaysReply;
  const { overlay } = load;
  const found = overlays.find(({ name }) => name === overlay);
  if (!found) {
    const known = overlays.map(({ name }) => name).join(', ') || 'none';
    throw new CodedError(
      'NB_UNKNOWN_OVERLAY',
      `no overlay "${overlay}" in the rulebook of ${url}; known are ${known}`,
    );
  }
  return { overlay, kind: found.kind, send: sendTo(url, { ...load, at: new Date(load.at).toISOString() }) };
}

async function list(url: string, json: boolean): Promise<number> {
  const reply = (await askServer(url, '/v1/overlays')) as OverlaysReply;
  process.stdout.write(`${json ? JSON.stringify(reply, undefined, 2) : describeOverlays(reply)}\n`);
  return 0;
}

/** The time of the file stands for the time of the telling, and is the same when it is loaded again. */
async function timeOf(written: string | undefined, file: string): Promise<number> {
  const time = written === undefined ? undefined : parseIsoTime(written);
  if (time) return time.at;
  if (written !== undefined) {
    throw new CodedError(
      'NB_CONFIG',
      `--at: expected a time such as 2026-11-01T09:00:00Z, found "${written}"`,
    );
  }
  try {
    return Math.floor((await stat(file)).mtimeMs);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new CodedError('NB_INVALID_INPUT', `${file} cannot be read: ${reason}`, { cause });
  }
}

/** `scores.csv@1f2e3d4c5b6a`: the name without the folders of somebody's machine. */
async function sourceOf(file: string): Promise<string> {
  const { sha256 } = await digestFile(file);
  return `${basename(file)}@${sha256.slice(0, 12)}`;
}
