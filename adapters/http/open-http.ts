import type { AddressInfo } from 'node:net';
import { buildServer } from './build-server.ts';
import { Connections } from './connections.ts';
import { httpLimits } from './http-limits.ts';
import type { HttpOptions } from './http-options.ts';
import type { HttpServer } from './http-server.ts';

export interface OpenHttpOptions extends HttpOptions {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
}

export interface OpenHttp {
  /** `http://host:port` as bound. */
  readonly address: string;
  readonly port: number;
  /** From now on `/readyz` says no; requests are still answered. */
  drain(): void;
  /** Ends streams, answers what is in flight, closes; within `httpLimits.closeMsMax` at the latest. */
  close(): Promise<void>;
}

export async function openHttp({ host, port, ...options }: OpenHttpOptions): Promise<OpenHttp> {
  const { server, drain } = await buildServer(options);
  const connections = new Connections(server.server);
  await server.listen({ host, port });
  const bound = server.server.address() as AddressInfo;
  return {
    address: `http://${bound.family === 'IPv6' ? `[${bound.address}]` : bound.address}:${bound.port}`,
    port: bound.port,
    drain,
    close: async () => {
      drain();
      await closeServer(server, connections);
    },
  };
}

/**
 * Once nobody can connect any more, every answer ends its connection: fastify says so in those to requests that arrive
 * from then on, and here it is said in those under way. Earlier its client would only come back. What is kept and not
 * used is looked at again and again, and whatever is left is cut in the end.
 */
async function closeServer(server: HttpServer, connections: Connections): Promise<void> {
  const { server: listener } = server;
  // Node calls it in the same step in which it stops listening.
  listener.closeIdleConnections = () => {
    connections.endWithAnswers();
    connections.endResting();
  };
  // After a busy moment timers come before what has arrived meanwhile is read; in the check phase it has been.
  const looks = setInterval(() => setImmediate(() => connections.endResting()), httpLimits.closeIdleEveryMs);
  const cut = setTimeout(() => listener.closeAllConnections(), httpLimits.closeMsMax);
  try {
    await server.close();
  } finally {
    clearInterval(looks);
    clearTimeout(cut);
  }
}
