import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { askServer } from '../../../../adapters/cli/support/ask-server.ts';
import { freePort } from '../../../support/free-port.ts';
import { listeningWorld } from '../../http/support/http-world.ts';
import { sampleRulebook } from '../../http/support/sample-rulebook.ts';

async function startServer(): Promise<string> {
  const { http, rulebooks } = await listeningWorld();
  onTestFinished(() => http.close());
  rulebooks.publish({ ...sampleRulebook, version: 'one' }, 'ann');
  return http.address;
}

it('reads what the server answers', async () => {
  const url = await startServer();
  expect(await askServer(url, '/v1/rulebook')).toMatchObject({ version: 'one', author: 'ann' });
  expect(await askServer(url, '/v1/rulebook/rollback', { version: 'one' })).toMatchObject({ version: 'one' });
});

it('hands on the code and the words of a problem', async () => {
  const url = await startServer();
  await expect(askServer(url, '/v1/rulebook/rollback', {})).rejects.toMatchObject({
    code: 'NB_UNKNOWN_RULEBOOK',
    message: expect.stringContaining('no rulebook was in force before this one'),
  });
  await expect(askServer(url, '/v1/nothing')).rejects.toMatchObject({ code: 'NB_INVALID_INPUT' });
});

it('tells what somebody else answered in the place of the server', async () => {
  const proxy = createServer((_request, response) => response.writeHead(502).end('<h1>Bad gateway</h1>'));
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void proxy.close());
  const { port } = proxy.address() as AddressInfo;
  await expect(askServer(`http://127.0.0.1:${port}`, '/v1/rulebook')).rejects.toThrow(/502.*Bad gateway/);
});

it('says where nobody answers and what to do', async () => {
  const url = `http://127.0.0.1:${await freePort()}`;
  await expect(askServer(url, '/v1/rulebook')).rejects.toMatchObject({
    code: 'NB_STORE_UNAVAILABLE',
    message: expect.stringContaining(`${url} does not answer`),
  });
});

it('refuses what is no address before it asks anybody', async () => {
  for (const url of ['nowhere', 'localhost:8080', 'ftp://localhost']) {
    await expect(askServer(url, '/v1/rulebook')).rejects.toMatchObject({
      code: 'NB_CONFIG',
      message: expect.stringContaining(`found "${url}"`),
    });
  }
});
