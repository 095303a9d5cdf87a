import { basename } from 'node:path';
import { CodedError } from '../../../engine/index.ts';
import { openServer } from '../../main.ts';
import { readConfig } from '../../system/config.ts';
import { digestFile } from '../replay/file-digest.ts';
import { askServer, serverUrl } from '../support/ask-server.ts';
import { decideFile } from './decide-file.ts';
import { describeDecided } from './decide-summary.ts';

export interface DecideRowsOptions {
  readonly file: string;
  readonly placements: readonly string[];
  readonly context: Readonly<Record<string, unknown>>;
  /** `preview` and `at`, where asked for. */
  readonly preview: Readonly<Record<string, unknown>>;
  readonly out?: string | undefined;
  readonly batch?: string | undefined;
  readonly url?: string | undefined;
  readonly json: boolean;
}

/** `nextbest decide --file`: decides for every row, and tells what came of it. */
export async function decideRows(options: DecideRowsOptions): Promise<number> {
  const { file, placements, context, preview, out, url, json } = options;
  const batch = options.batch ?? (await nameOf(file));
  const summary = await onServer(url, (address) =>
    decideFile({
      file,
      url: address,
      ...(out !== undefined && { out }),
      defaults: { placements, context, batch, fields: preview },
    }),
  );
  const told = json
    ? JSON.stringify({ batch, ...summary })
    : describeDecided(summary, preview.preview === true);
  process.stdout.write(`${told}\n`);
  if (!json)
    process.stdout.write(
      `The batch is called ${batch}; --batch with this name gives the same answers again.\n`,
    );
  return summary.failed === 0 ? 0 : 1;
}

/** The same file on the same day is the same batch: a run that broke off can be repeated, and tomorrow's is another. */
async function nameOf(file: string): Promise<string> {
  const { sha256 } = await digestFile(file);
  const name = basename(file).slice(0, 100);
  return `${name}@${sha256.slice(0, 12)}.${new Date().toISOString().slice(0, 10)}`;
}

/** On the server that was named or that runs here; where none does, this process is one for the time. */
async function onServer<Result>(
  url: string | undefined,
  work: (address: string) => Promise<Result>,
): Promise<Result> {
  const running = url ?? (await runningServer());
  if (running !== undefined) return work(running);
  const config = { ...readConfig(process.env), host: '127.0.0.1', port: 0 };
  const server = await openServer(config, (line) => process.stderr.write(`${line}\n`));
  process.stderr.write(`No server answers at ${serverUrl()}: deciding here, on ${server.storage}.\n`);
  try {
    return await work(server.address);
  } finally {
    await server.close();
  }
}

async function runningServer(): Promise<string | undefined> {
  const url = serverUrl();
  try {
    await askServer(url, '/livez');
    return url;
  } catch (error) {
    if (error instanceof CodedError && error.code === 'NB_STORE_UNAVAILABLE') return undefined;
    throw error;
  }
}
