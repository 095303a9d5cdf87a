import type { AddressInfo, Socket } from 'node:net';
import { buildServer } from './build-server.ts';
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
  const sockets = trackSockets(server);
  await server.listen({ host, port });
  const bound = server.server.address() as AddressInfo;
  return {
    address: `http://${bound.family === 'IPv6' ? `[${bound.address}]` : bound.address}:${bound.port}`,
    port: bound.port,
    drain,
    close: async () => {
      drain();
      await closeServer(server, sockets);
    },
  };
}

/**
 * fastify closes the connections that are idle when it begins to close, and then waits for the others, even once they
 * have become idle (up to the keep-alive time). So they are swept again and again, and cut in the end.
 */
async function closeServer(server: HttpServer, sockets: ReadonlySet<Socket>): Promise<void> {
  const sweep = setInterval(() => {
    server.server.closeIdleConnections();
    closeUnused(sockets);
  }, httpLimits.closeIdleEveryMs);
  const cut = setTimeout(() => server.server.closeAllConnections(), httpLimits.closeMsMax);
  try {
    await server.close();
  } finally {
    clearInterval(sweep);
    clearTimeout(cut);
  }
}

/** Browsers connect ahead of need, and for node a connection that has never sent anything is not idle but awaited. */
function closeUnused(sockets: ReadonlySet<Socket>): void {
  for (const socket of sockets) {
    if (socket.bytesRead === 0) socket.destroy();
  }
}

function trackSockets(server: HttpServer): ReadonlySet<Socket> {
  const sockets = new Set<Socket>();
  server.server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  return sockets;
}
