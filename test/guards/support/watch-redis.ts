import { once } from 'node:events';
import { createConnection } from 'node:net';
import { Redis } from 'ioredis';
import type { TestServer } from '../../support/server-process.ts';

/** What clients ask of a Redis, as the server itself tells it (MONITOR). */
export interface RedisWatch {
  /** Every command that a client has sent until now; those that scripts carry out inside the server are not among them. */
  seen(): Promise<readonly string[]>;
  close(): void;
}

/** A line of MONITOR: `+1700000000.000000 [0 127.0.0.1:5000] "get" "key"`; in place of the address, `lua` for a script. */
const fromClient = /^\+\d+\.\d+ \[\d+ [^\]]*:\d+\] (.*)$/;

export async function watchRedis({ port }: TestServer): Promise<RedisWatch> {
  const socket = createConnection({ host: '127.0.0.1', port });
  await once(socket, 'connect');
  const client = new Redis(port, '127.0.0.1');
  let text = '';
  socket.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
  });
  socket.write('MONITOR\r\n');
  let marks = 0;
  const untilSaid = async (words: string) => {
    while (!text.includes(words)) await once(socket, 'data');
  };
  await untilSaid('+OK');
  return {
    seen: async () => {
      marks += 1;
      const mark = `mark ${marks} of the watch`;
      await client.echo(mark);
      await untilSaid(mark);
      const commands = text.split('\r\n').flatMap((line) => fromClient.exec(line)?.[1] ?? []);
      return commands.filter((command) => !command.includes(' of the watch"'));
    },
    close: () => {
      socket.destroy();
      client.disconnect();
    },
  };
}
