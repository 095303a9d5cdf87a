import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { Connections } from '../../../adapters/http/connections.ts';

/** A server that answers at once, and one connection to it, as either end sees it. */
async function open() {
  const server = createServer((_request, response) => void response.end('fine'));
  const connections = new Connections(server);
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const opened = once(server, 'connection');
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1').setEncoding('utf8');
  onTestFinished(() => {
    client.destroy();
    server.close();
  });
  const [socket] = (await opened) as [Socket];
  let received = '';
  client.on('data', (chunk: string) => {
    received += chunk;
  });
  const answers = () => received.split('fine').length - 1;
  return { connections, client, socket, answers };
}

const request = 'GET / HTTP/1.1\r\nhost: here\r\n\r\n';

/** As if nothing came in between. */
function look(connections: Connections, times: number): void {
  for (let number = 0; number < times; number += 1) connections.endResting();
}

test('a connection at rest is ended at the second look', async () => {
  const { connections, client, socket, answers } = await open();
  client.write(request);
  await expect.poll(answers).toBe(1);
  look(connections, 1);
  expect(socket.destroyed).toBe(false);
  look(connections, 1);
  expect(socket.destroyed).toBe(true);
});

test('one that was never used is ended as well', async () => {
  const { connections, socket } = await open();
  look(connections, 2);
  expect(socket.destroyed).toBe(true);
});

test('where a request has begun to come, the rest of it is waited for', async () => {
  const { connections, client, socket, answers } = await open();
  client.write(request);
  await expect.poll(answers).toBe(1);
  client.write(request.slice(0, 10));
  await expect.poll(() => socket.bytesRead).toBe(request.length + 10);
  look(connections, 5);
  expect(socket.destroyed).toBe(false);
  client.write(request.slice(10));
  await expect.poll(answers).toBe(2);
});

test('what began like a request and never goes on holds up nobody', async () => {
  const { connections, client, socket, answers } = await open();
  client.write(request);
  await expect.poll(answers).toBe(1);
  client.write('\r\n');
  await expect.poll(() => socket.bytesRead).toBe(request.length + 2);
  look(connections, 30);
  expect(socket.destroyed).toBe(true);
});
