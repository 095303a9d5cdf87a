import { Readable } from 'node:stream';
import type { OverlayLoadReport } from '../../../engine/index.ts';
import { sendToServer } from '../support/ask-server.ts';
import type { SendRows } from './load-overlay.ts';

/** Sends rows to a running server, as they are read. */
export function sendTo(
  url: string,
  load: { readonly overlay: string; readonly at: string; readonly source: string; readonly column?: string },
): SendRows {
  const { overlay, ...query } = load;
  const path = `/v1/overlays/${encodeURIComponent(overlay)}?${new URLSearchParams(query)}`;
  return async (rows) =>
    (await sendToServer(url, path, {
      method: 'PUT',
      type: 'application/x-ndjson',
      body: Readable.toWeb(Readable.from(linesOf(rows))),
    })) as OverlayLoadReport;
}

async function* linesOf(
  groups: AsyncIterable<readonly Readonly<Record<string, unknown>>[]>,
): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  for await (const rows of groups) {
    yield encoder.encode(rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
  }
}
