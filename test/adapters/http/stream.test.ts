import { once } from 'node:events';
import { Agent, type IncomingMessage, request as startRequest } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type DecisionId, defaultTenant } from '../../../engine/model/ids.ts';
import type { DecisionReader, DecisionStream, PublishedDecision } from '../../../engine/ports.ts';
import { type EventStream, openEventStream } from './support/event-stream.ts';
import { type ListeningWorld, listeningWorld, noon } from './support/http-world.ts';

const patience = { timeout: 90_000, interval: 5 };
const opened: { close(): unknown }[] = [];

afterEach(async () => {
  for (const one of opened.splice(0).reverse()) await one.close();
});

async function newWorld(changes: Parameters<typeof listeningWorld>[0] = {}): Promise<ListeningWorld> {
  const world = await listeningWorld(changes);
  opened.push(world.http);
  return world;
}

async function follow(
  world: ListeningWorld,
  query = '',
  headers: Record<string, string> = {},
): Promise<EventStream> {
  const stream = await openEventStream(`${world.http.address}/v1/decisions/stream${query}`, headers);
  opened.push(stream);
  return stream;
}

function published(id: string, channel = 'web', text = ''): PublishedDecision {
  return {
    id,
    tenant: defaultTenant,
    decision: id as DecisionId,
    customer: { userId: 'u1' },
    channel,
    placement: 'home-hero',
    at: noon,
    rulebook: 'book-1',
    arms: [{ experiment: 'universal', arm: 'treated' }],
    cause: { kind: 'request' },
    treatments: [{ action: 'win-back', content: { text } }],
  };
}

describe('the stream of decisions', () => {
  it('sends decisions with their sequence as they are made, and says how to come back', async () => {
    const world = await newWorld();
    const stream = await follow(world, '?lastEventId=0');
    expect(stream.contentType).toBe('text/event-stream; charset=utf-8');
    expect(await stream.next()).toMatchObject({ retry: '3000' });
    await world.stream.publish([published('d1', 'web', 'two\nlines\r\nid: 99')]);
    const event = await stream.next();
    expect(event).toMatchObject({ id: '1', event: 'decision' });
    expect(JSON.parse(event?.data ?? '')).toMatchObject({
      id: 'd1',
      at: '2026-03-01T12:00:00.000Z',
      treatments: [{ content: { text: 'two\nlines\r\nid: 99' } }],
    });
  });

  it('resumes after Last-Event-ID without loss and without repeats', async () => {
    const world = await newWorld();
    await world.stream.publish(['d1', 'd2', 'd3'].map((id) => published(id)));
    const first = await follow(world, '?lastEventId=0');
    await first.next();
    expect((await first.next())?.id).toBe('1');
    first.close();
    await world.stream.publish([published('d4')]);
    const second = await follow(world, '', { 'last-event-id': '1' });
    await second.next();
    const ids = [await second.next(), await second.next(), await second.next()].map((event) => event?.id);
    expect(ids).toEqual(['2', '3', '4']);
  });

  it('sends one channel alone when asked', async () => {
    const world = await newWorld();
    await world.stream.publish([published('d1', 'web'), published('d2', 'email'), published('d3', 'web')]);
    const stream = await follow(world, '?channel=email&lastEventId=0');
    await stream.next();
    expect((await stream.next())?.id).toBe('2');
  });

  it('refuses a last event id that is none', async () => {
    const world = await newWorld();
    const answer = await fetch(`${world.http.address}/v1/decisions/stream`, {
      headers: { 'last-event-id': '-1' },
    });
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ errors: [{ pointer: '/lastEventId' }] });
  });

  it('refuses more clients than it has room for', async () => {
    const world = await newWorld({ stream: { clientsMax: 1 } });
    await (await follow(world)).next();
    const answer = await fetch(`${world.http.address}/v1/decisions/stream`);
    expect(answer.status).toBe(503);
    expect(await answer.json()).toMatchObject({ code: 'NB_OVERLOADED' });
  });

  it('tells of a gap when the log under it breaks off', async () => {
    const broken: DecisionReader = {
      next: async () => {
        throw new Error('secret');
      },
      close: async () => undefined,
    };
    const decisionStream: DecisionStream = { publish: async () => undefined, subscribe: () => broken };
    const stream = await follow(await newWorld({ decisionStream }));
    await stream.next();
    expect(await stream.next()).toMatchObject({ event: 'gap' });
    expect(await stream.next()).toBeUndefined();
  });

  it('cuts off a client that stops reading, and lets its reader go', async () => {
    const world = await newWorld({ stream: { queueBytesMax: 64 * 1024, stallMs: 50 } });
    const size = 200;
    await world.stream.publish(
      Array.from({ length: size }, (_, index) => published(`d${index}`, 'web', 'x'.repeat(60_000))),
    );
    const socket = connect(world.http.port, '127.0.0.1');
    opened.push({ close: () => socket.destroy() });
    socket.pause();
    socket.write('GET /v1/decisions/stream?lastEventId=0 HTTP/1.1\r\nhost: x\r\n\r\n');
    await new Promise((resolve) => socket.once('connect', resolve));
    // The server destroys the connection; reading what the kernel still holds gets to its end.
    let received = '';
    await clientsAre(world, 1);
    await clientsAre(world, 0);
    socket.setEncoding('latin1').on('data', (chunk: string) => {
      received += chunk;
    });
    socket.resume();
    await new Promise((resolve) => socket.once('close', resolve));
    expect(received.split('event: decision').length - 1).toBeLessThan(size);
  });
});

describe('closing', () => {
  it('says goodbye to open streams and does not wait for them', async () => {
    const world = await newWorld();
    const stream = await follow(world);
    await stream.next();
    await world.http.close();
    expect(await stream.next()).toMatchObject({ event: 'bye' });
    expect(await stream.next()).toBeUndefined();
    await expect(fetch(`${world.http.address}/livez`)).rejects.toThrow();
  });

  it('answers the request in flight, and ends the connection that would have been kept alive', async () => {
    const { readiness, isAsked, answer } = heldReadiness();
    const world = await newWorld({ readiness });
    const agent = new Agent({ keepAlive: true });
    opened.push({ close: () => agent.destroy() });
    const asked = ask(world, agent, '/readyz');
    await isAsked;
    const closed = world.http.close();
    await vi.waitFor(() => expect(fetch(`${world.http.address}/livez`)).rejects.toThrow(), patience);
    answer();
    expect(await asked).toMatchObject({ statusCode: 200, headers: { connection: 'close' } });
    await closed;
  });

  it('answers all that a connection had asked for, one behind the other', async () => {
    const { readiness, isAsked, answer } = heldReadiness();
    const world = await newWorld({ readiness });
    const socket = connect(world.http.port, '127.0.0.1').setEncoding('utf8');
    opened.push({ close: () => socket.destroy() });
    const read = text(socket);
    socket.write('GET /readyz HTTP/1.1\r\nhost: here\r\n\r\n'.repeat(3));
    await isAsked;
    const closed = world.http.close();
    await vi.waitFor(() => expect(fetch(`${world.http.address}/livez`)).rejects.toThrow(), patience);
    answer();
    expect((await read).match(/HTTP\/1\.1 200 /g)).toHaveLength(3);
    await closed;
  });

  it('lets a slow reader have all of an answer that was made before', async () => {
    // More than what lies between the two ends takes in while nobody reads.
    const detail = 'x'.repeat(32 * 1024 * 1024);
    const world = await newWorld({ readiness: async () => [{ name: 'store', ok: true, detail }] });
    const [answer] = (await once(startRequest(`${world.http.address}/readyz`).end(), 'response')) as [
      IncomingMessage,
    ];
    const closed = world.http.close();
    const read = await text(answer);
    expect(read).toContain(detail);
    await closed;
  });

  it('answers what was sent on a kept connection as it began to close, and ends the connection with it', async () => {
    const world = await newWorld();
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    opened.push({ close: () => agent.destroy() });
    expect((await ask(world, agent)).headers.connection).toBe('keep-alive');
    const closed = world.http.close();
    const last = await ask(world, agent);
    expect(last).toMatchObject({ statusCode: 200, headers: { connection: 'close' } });
    await closed;
  });
});

/** Readiness that is asked for and does not answer until it is told to. */
function heldReadiness() {
  let noteAsked = (): void => undefined;
  let answer = (): void => undefined;
  const isAsked = new Promise<void>((resolve) => {
    noteAsked = resolve;
  });
  const isAnswered = new Promise<void>((resolve) => {
    answer = resolve;
  });
  const readiness = async () => {
    noteAsked();
    await isAnswered;
    return [];
  };
  return { readiness, isAsked, answer };
}

/** The head of the answer, once all of it was read. */
async function ask(world: ListeningWorld, agent: Agent, path = '/livez'): Promise<IncomingMessage> {
  const request = startRequest(`${world.http.address}${path}`, { agent }).end();
  const [answer] = (await once(request, 'response')) as [IncomingMessage];
  await text(answer);
  return answer;
}

describe('a connection', () => {
  it('that was opened ahead of need does not hold up the closing', async () => {
    const world = await newWorld();
    const socket = connect(world.http.port, '127.0.0.1');
    await new Promise((resolve) => socket.once('connect', resolve));
    const closed = new Promise((resolve) => socket.once('close', resolve));
    await world.http.close();
    await closed;
  });

  it('that speaks no HTTP is answered with a problem and closed', async () => {
    const world = await newWorld();
    const socket = connect(world.http.port, '127.0.0.1').setEncoding('utf8');
    opened.push({ close: () => socket.destroy() });
    let received = '';
    socket.on('data', (chunk: string) => {
      received += chunk;
    });
    socket.write('hello there\r\n\r\n');
    await new Promise((resolve) => socket.once('close', resolve));
    expect(received).toContain('HTTP/1.1 400 ');
    expect(received).toContain('"code":"NB_MALFORMED_REQUEST"');
  });

  it('with headers beyond the limit is answered with a problem', async () => {
    const world = await newWorld();
    const answer = await fetch(`${world.http.address}/livez`, { headers: { 'x-long': 'x'.repeat(20_000) } });
    expect(answer.status).toBe(431);
    expect(await answer.json()).toMatchObject({ code: 'NB_HEADERS_TOO_LARGE' });
  });
});

/** Waits until the status tells of so many open streams. */
async function clientsAre(world: ListeningWorld, count: number): Promise<void> {
  for (;;) {
    const answer = await fetch(`${world.http.address}/v1/status`);
    const status = (await answer.json()) as { readonly streamClients: number };
    if (status.streamClients === count) return;
  }
}
