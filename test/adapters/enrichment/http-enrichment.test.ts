import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it, test } from 'vitest';
import { guardAddresses } from '../../../adapters/enrichment/address-guard.ts';
import { HttpEnrichment } from '../../../adapters/enrichment/http-enrichment.ts';
import { limits } from '../../../engine/index.ts';

const closings: (() => unknown)[] = [];
afterEach(() => {
  for (const close of closings.splice(0).reverse()) close();
});

/** A real server on a free port of this machine. */
async function serve(answer: RequestListener): Promise<string> {
  const server: Server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closings.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function open(options: Partial<ConstructorParameters<typeof HttpEnrichment>[0]> = {}): HttpEnrichment {
  const enrichment = new HttpEnrichment({ allowsPrivate: true, environment: {}, ...options });
  closings.push(() => enrichment.close());
  return enrichment;
}

function ask(
  enrichment: HttpEnrichment,
  url: string,
  headers: Readonly<Record<string, string>> = {},
  timeoutMs = 10_000,
) {
  return enrichment.ask({ url, headers, timeoutMs });
}

describe('asking a service', () => {
  it('gives its JSON object, and fills headers from the environment', async () => {
    let seen: unknown;
    const url = await serve((request, response) => {
      seen = [request.method, request.url, request.headers.authorization, request.headers.accept];
      response.end('{"churn":0.5}');
    });
    const enrichment = open({ environment: { ENRICH_TOKEN: 'Bearer t' } });
    expect(await ask(enrichment, `${url}/v1/ada%20b?k=1`, { Authorization: 'ENRICH_TOKEN' })).toEqual({
      churn: 0.5,
    });
    expect(seen).toEqual(['GET', '/v1/ada%20b?k=1', 'Bearer t', 'application/json']);
  });

  it.each([204, 404])('takes %i for knowing nothing', async (status) => {
    const url = await serve((_, response) => response.writeHead(status).end());
    expect(await ask(open(), url)).toBeUndefined();
  });

  it.each([
    ['an error', 500, {}, '{"churn":1}', 'it answers 500'],
    ['a redirect', 302, { location: 'http://127.0.0.1:1/secret' }, '', 'redirects are not followed'],
    ['a list', 200, {}, '[1]', 'no JSON object'],
    ['a page', 200, { 'content-type': 'text/html' }, '<html>ada@example.com</html>', 'not JSON'],
    ['nothing', 200, {}, '', 'not JSON'],
  ])('refuses %s', async (_, status, headers, body, why) => {
    const url = await serve((_request, response) => response.writeHead(status, headers).end(body));
    await expect(ask(open(), url)).rejects.toThrow(why);
  });

  it('stops reading an answer that is too long, and hangs up', async () => {
    let hungUp: () => void = () => undefined;
    const closed = new Promise<void>((resolve) => {
      hungUp = resolve;
    });
    const url = await serve((_, response) => {
      response.on('close', hungUp);
      response.write('x'.repeat(1024 * 1024));
    });
    await expect(ask(open(), url)).rejects.toThrow(`more than ${limits.enrichmentBytesMax} bytes`);
    await closed;
  });

  it.each([
    ['never answers', () => undefined],
    ['begins and never ends', (response: { write: (text: string) => unknown }) => response.write('{')],
  ])('gives up on a service that %s', async (_, begin) => {
    const url = await serve((_request, response) => begin(response));
    await expect(ask(open(), url, {}, 50)).rejects.toThrow('it did not answer within 50 ms');
  });

  it('gives up on a service that hangs up or is not there', async () => {
    const url = await serve((request) => request.socket.destroy());
    await expect(ask(open(), url)).rejects.toThrow('hang up');
    await expect(ask(open(), 'http://127.0.0.1:1/x')).rejects.toThrow('ECONNREFUSED');
  });

  it('never tells the customer in what goes wrong', async () => {
    const url = await serve((_, response) => response.writeHead(500).end());
    const failure: unknown = await ask(open(), `${url}/v1/ada-lovelace?mail=ada%40example.com`).catch(
      (error) => error,
    );
    expect(String(failure)).toContain(url);
    expect(String(failure)).not.toMatch(/ada|mail/);
  });

  it('does not ask while a variable that a header needs is not set', async () => {
    let asked = 0;
    const url = await serve((_, response) => {
      asked += 1;
      response.end('{}');
    });
    await expect(ask(open(), url, { Authorization: 'ENRICH_TOKEN' })).rejects.toThrow(
      'ENRICH_TOKEN is not set',
    );
    expect(asked).toBe(0);
  });

  it('does not reach into its own network unless it may, whether by address or by name', async () => {
    let asked = 0;
    const url = await serve((_, response) => {
      asked += 1;
      response.end('{}');
    });
    const { port } = new URL(url);
    const outside = open({ allowsPrivate: false });
    await expect(ask(outside, url)).rejects.toThrow('only https');
    await expect(ask(outside, `https://127.0.0.1:${port}/`)).rejects.toThrow('private or reserved');
    await expect(ask(outside, `https://localhost:${port}/`)).rejects.toThrow('private or reserved');
    expect(asked).toBe(0);
    expect(await ask(open(), `http://localhost:${port}/`)).toEqual({});
  });
});

const isRefused = (address: string, allowsPrivate: boolean) => {
  try {
    guardAddresses({ allowsPrivate }).check(new URL(`https://${address}/`));
    return false;
  } catch {
    return true;
  }
};

test.each([
  '10.1.2.3',
  '127.0.0.1',
  '2130706433',
  '0x7f.1',
  '172.31.0.1',
  '192.168.1.1',
  '100.64.0.1',
  '[::1]',
  '[fd00::1]',
  '[fec0::1]',
  '[::10.0.0.1]',
])('%s is asked only where private addresses may be', (address) => {
  expect(isRefused(address, false)).toBe(true);
  expect(isRefused(address, true)).toBe(false);
});

test.each([
  '169.254.169.254',
  '0.0.0.0',
  '224.0.0.1',
  '255.255.255.255',
  '[::]',
  '[fe80::1]',
  '[::ffff:169.254.169.254]',
  '[64:ff9b::a9fe:a9fe]',
  '[64:ff9b:1::a9fe:a9fe]',
  '[2001:0:a9fe:a9fe::]',
  '[2002:a9fe:a9fe::]',
])('%s is never asked', (address) => {
  expect(isRefused(address, false)).toBe(true);
  expect(isRefused(address, true)).toBe(true);
});

test.each(['93.184.216.34', '[2606:2800:220:1::1]', 'scores.example'])('%s may be asked', (address) => {
  expect(isRefused(address, false)).toBe(false);
});
