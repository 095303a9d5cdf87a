import { once } from 'node:events';
import { request } from 'node:http';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { type BodyLine, bodyLines } from '../../../adapters/http/body-lines.ts';
import { httpLimits } from '../../../adapters/http/http-limits.ts';
import { openHttp } from '../../../adapters/http/open-http.ts';
import { bookOf } from '../../engine/support/book.ts';
import { startNode, type TestNode } from '../../engine/support/node.ts';
import { newWorld } from './support/http-world.ts';

const book = bookOf(`
currency: EUR
channels:
  web: { direction: pull }
placements:
  hero: { channel: web, fallback: { title: Welcome } }
policies:
  once: { scope: action, limit: 1, within: 30d, counts: decided }
---
action: voucher
group: sales/vouchers
value: 10
treatments: { card: { channel: web, content: { title: Voucher } } }
`);

const closings: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closings.splice(0).reverse()) await close();
});

interface Line {
  readonly line: number;
  readonly decisionId?: string;
  readonly requestId?: string;
  readonly repeated?: boolean;
  readonly preview?: boolean;
  readonly placements?: { readonly hero?: readonly { readonly action?: string }[] };
  readonly problem?: { readonly code: string; readonly status: number; readonly errors?: readonly object[] };
}

interface Opened {
  readonly test: TestNode;
  readonly url: string;
  readonly send: (body: string | Buffer, query?: string, headers?: Record<string, string>) => Promise<Reply>;
}

interface Reply {
  readonly status: number;
  readonly type: string;
  readonly lines: readonly Line[];
}

async function open(): Promise<Opened> {
  const test = startNode(book);
  const { options } = newWorld({ application: test.node, clock: test.ports.clock });
  const http = await openHttp({ ...options, host: '127.0.0.1', port: 0 });
  closings.push(async () => {
    await http.close();
    await test.node.stop();
  });
  const send: Opened['send'] = async (body, query = '', headers = {}) => {
    const response = await fetch(`${http.address}/v1/decide/batch${query}`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-ndjson', ...headers },
      body: body as string,
    });
    const text = await response.text();
    const lines = text.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as Line]));
    return { status: response.status, type: response.headers.get('content-type') ?? '', lines };
  };
  return { test, url: http.address, send };
}

const lineOf = (userId: string, more: object = {}) =>
  JSON.stringify({ customer: { userId }, placements: ['hero'], ...more });

async function linesIn(text: string) {
  let count = 0;
  let last: BodyLine | undefined;
  for await (const line of bodyLines(Readable.from([Buffer.from(text)]))) {
    count += 1;
    last = line;
  }
  return { count, last };
}

const shown = ({ lines }: Reply) => lines.map(({ placements }) => placements?.hero?.[0]?.action ?? 'none');

describe('POST /v1/decide/batch', () => {
  it('answers every line in its order, with the customers of several lines in turn', async () => {
    const { send, test } = await open();
    const body = [lineOf('ada'), lineOf('bea'), '', lineOf('ada')].join('\r\n');
    const reply = await send(body, '?batch=monday');
    expect(reply).toMatchObject({ status: 200, type: 'application/x-ndjson; charset=utf-8' });
    expect(reply.lines.map(({ line, requestId }) => [line, requestId])).toEqual([
      [1, 'monday/1'],
      [2, 'monday/2'],
      [4, 'monday/4'],
    ]);
    // The cap of one holds over the lines as it does over requests.
    expect(shown(reply)).toEqual(['voucher', 'voucher', 'none']);
    expect(test.decisions).toHaveLength(3);
  });

  it('gives the same answers when the same batch comes again', async () => {
    const { send, test } = await open();
    const body = [lineOf('ada'), lineOf('bea', { requestId: 'mine' })].join('\n');
    const first = await send(body, '?batch=monday');
    const second = await send(gzipSync(body), '?batch=monday', { 'content-encoding': 'gzip' });
    const ids = ({ lines }: Reply) => lines.map(({ decisionId, requestId }) => [decisionId, requestId]);
    expect(ids(second)).toEqual(ids(first));
    expect(second.lines.map(({ repeated }) => repeated)).toEqual([true, true]);
    expect(test.decisions).toHaveLength(2);
    const other = await send(body, '?batch=tuesday');
    expect(other.lines.map(({ repeated }) => repeated)).toEqual([false, true]);
  });

  it('tells what is wrong with a line and goes on with the next', async () => {
    const { send } = await open();
    const long = JSON.stringify({ text: 'x'.repeat(httpLimits.batchLineBytesMax) });
    const lines = [
      '{"customer":',
      '[1]',
      lineOf('ada', { placements: ['heroo'] }),
      lineOf('ada', { placement: 'hero' }),
      lineOf('ada', { at: '2027-01-01' }),
      long,
    ];
    const body = Buffer.concat([
      Buffer.from(`${lines.join('\n')}\n`),
      Buffer.from([0xff, 0x0a]),
      Buffer.from(lineOf('ada')),
    ]);
    const reply = await send(body);
    expect(reply.lines.map(({ problem }) => problem && [problem.code, problem.status])).toEqual([
      ['NB_INVALID_INPUT', 400],
      ['NB_INVALID_INPUT', 400],
      ['NB_UNKNOWN_PLACEMENT', 422],
      ['NB_INVALID_INPUT', 400],
      ['NB_INVALID_INPUT', 400],
      ['NB_EVENT_TOO_LARGE', 413],
      ['NB_INVALID_INPUT', 400],
      undefined,
    ]);
    expect(reply.lines[3]?.problem?.errors).toMatchObject([{ pointer: '/placement' }]);
    expect(reply.lines[4]?.problem?.errors).toMatchObject([{ pointer: '/at' }]);
    expect(shown(reply).at(-1)).toBe('voucher');
  });

  it('takes placements and preview for all lines from its query', async () => {
    const { send, test } = await open();
    const body = [{ customer: { userId: 'ada' } }, { customer: { userId: 'ada' }, preview: false }]
      .map((line) => JSON.stringify(line))
      .join('\n');
    const reply = await send(body, '?placements=hero&preview=true');
    expect(reply.lines.map(({ preview }) => preview)).toEqual([true, undefined]);
    expect(shown(reply)).toEqual(['voucher', 'voucher']);
    expect(test.decisions).toHaveLength(1);
  });

  it('answers lines while further ones are still to come', async () => {
    const { url } = await open();
    const sending = request(`${url}/v1/decide/batch?placements=hero`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-ndjson' },
    });
    const responding = once(sending, 'response');
    const taken: Line[] = [];
    for (const userId of ['ada', 'bea', 'cem']) {
      sending.write(`${lineOf(userId)}\n`);
      const [response] = await responding;
      const [chunk] = await once(response, 'data');
      taken.push(JSON.parse(String(chunk)) as Line);
    }
    expect(taken.map(({ line }) => line)).toEqual([1, 2, 3]);
    const [response] = await responding;
    sending.end();
    await once(response, 'end');
  });

  it('ends a batch with too many lines, or too many bytes, with a problem', async () => {
    expect(await linesIn('{}\n'.repeat(httpLimits.batchLinesMax + 5))).toEqual({
      count: httpLimits.batchLinesMax + 1,
      last: { number: httpLimits.batchLinesMax + 1, fault: 'body' },
    });
    const { last } = await linesIn(`{}\n${' '.repeat(httpLimits.batchBytesMax)}`);
    expect(last).toEqual({ number: 2, fault: 'body' });
  });

  it('refuses a body of another type, and unknown parameters', async () => {
    const { send } = await open();
    expect((await send(lineOf('ada'), '', { 'content-type': 'application/json' })).status).toBe(415);
    expect((await send(lineOf('ada'), '?bach=1')).status).toBe(400);
  });
});
