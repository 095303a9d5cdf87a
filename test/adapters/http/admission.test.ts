import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { TouchpointEvent } from '../../../engine/index.ts';
import { type ListeningWorld, listeningWorld } from './support/http-world.ts';

let world: ListeningWorld;
afterEach(() => world.http.close());

/** An application on which nothing becomes durable until `release` is called. */
async function open(admission: { readonly requestsMax: number; readonly bytesMax: number }) {
  const held: (() => void)[] = [];
  world = await listeningWorld({ admission });
  const { application } = world;
  const ingest = application.ingest.bind(application);
  application.ingest = async (events: readonly TouchpointEvent[]) => {
    await new Promise<void>((resolve) => void held.push(resolve));
    await ingest(events);
  };
  return { held, release: () => held.splice(0).forEach((go) => void go()) };
}

function track(padding = ''): Promise<Response> {
  return fetch(`${world.http.address}/v1/track`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ userId: 'ada', event: 'Page', properties: { padding } }),
  });
}

describe('requests with a body', () => {
  it('are refused beyond a number, told when to come back, and taken again later', async () => {
    const { held, release } = await open({ requestsMax: 2, bytesMax: 1_000_000 });
    const under = [track(), track()];
    await expect.poll(() => held.length).toBe(2);
    const refused = await track();
    expect(refused.status).toBe(503);
    expect(refused.headers.get('retry-after')).toBe('1');
    expect(await refused.json()).toMatchObject({ code: 'NB_OVERLOADED' });
    expect((await fetch(`${world.http.address}/livez`)).status).toBe(200);
    release();
    for (const answer of under) expect((await answer).status).toBe(200);
    const later = track();
    await expect.poll(() => held.length).toBe(1);
    release();
    expect((await later).status).toBe(200);
  });

  it('give their places back when their client leaves, those as well that stood in line on its connection', async () => {
    const { held, release } = await open({ requestsMax: 2, bytesMax: 1_000_000 });
    const socket = connect(world.http.port, '127.0.0.1');
    const body = JSON.stringify({ userId: 'ada', event: 'Page' });
    const head = `POST /v1/track HTTP/1.1\r\nhost: here\r\ncontent-type: application/json\r\n`;
    socket.write(`${head}content-length: ${body.length}\r\n\r\n${body}`.repeat(2));
    await expect.poll(() => held.length).toBe(2);
    socket.destroy();
    // By then the server has heard of it.
    for (let round = 0; round < 3; round += 1) await fetch(`${world.http.address}/livez`);
    release();
    const two = [track(), track()];
    await expect.poll(() => held.length).toBe(2);
    release();
    for (const answer of two) expect((await answer).status).toBe(200);
  });

  it('are refused beyond a sum of bytes; one alone is always taken', async () => {
    const { held, release } = await open({ requestsMax: 100, bytesMax: 2_000 });
    const first = track('x'.repeat(5_000));
    await expect.poll(() => held.length).toBe(1);
    expect((await track()).status).toBe(503);
    release();
    expect((await first).status).toBe(200);
  });
});
