import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A server on this machine alone, for a page and what it loads. */
export interface PageServer {
  readonly url: string;
  readonly close: () => Promise<void>;
}

const types: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  json: 'application/json; charset=utf-8',
};

/** `files` by path, such as `/cases.js`; all else is not found. */
export async function servePage(files: ReadonlyMap<string, string>): Promise<PageServer> {
  const server = createServer(({ url = '' }, response) => {
    const text = files.get(url);
    if (text === undefined) response.writeHead(404).end();
    else response.writeHead(200, { 'content-type': types[url.replace(/.*\./, '')] ?? types.html }).end(text);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
}
