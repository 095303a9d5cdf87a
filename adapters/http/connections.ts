import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** What goes on on one connection. */
interface Traffic {
  /** Requests of which not everything is read. */
  requests: number;
  /** Those of which not everything is sent, in their order. */
  readonly answers: Set<ServerResponse>;
  /** What had been read when the last of these was over. What came since is mostly the beginning of another request. */
  bytesSettled: number;
  /** What had been read at the last look, and how many looks in a row found nothing new and nothing under way. */
  bytesSeen: number;
  quietLooks: number;
}

/** A beginning of a request is waited for so long. It may also be a line that a client sent too many. */
const looksForRest = 10;

/**
 * The connections of a server, so that it can leave without cutting anybody short. Node itself ends a connection as soon
 * as its answer is made, though most of that may still wait for a slow reader, or the next request may be on its way.
 * And with it every answer hears that its client is gone, which bounds and streams count on.
 */
export class Connections {
  readonly #open = new Map<Socket, Traffic>();

  constructor(server: Server) {
    server.on('connection', (socket) => this.#opened(socket));
    server.on('request', (request, response) => this.#asked(request, response));
  }

  /** The last answer under way on each connection says that it ends with it, so that its client sends nothing more there. */
  endWithAnswers(): void {
    for (const { answers } of this.#open.values()) {
      const last = [...answers].at(-1);
      if (last && !last.headersSent) last.setHeader('connection', 'close');
    }
  }

  /**
   * Ends the connections on which nothing has happened since the last look, also those that browsers opened ahead of need
   * and that have never sent anything.
   */
  endResting(): void {
    for (const [socket, traffic] of this.#open) {
      const { bytesRead } = socket;
      const isQuiet = traffic.requests + traffic.answers.size === 0 && bytesRead === traffic.bytesSeen;
      const isSettled = bytesRead === traffic.bytesSettled;
      traffic.bytesSeen = bytesRead;
      traffic.quietLooks = isQuiet ? traffic.quietLooks + 1 : 0;
      if (traffic.quietLooks >= (isSettled ? 1 : looksForRest)) socket.destroy();
    }
  }

  #opened(socket: Socket): void {
    const traffic = {
      requests: 0,
      answers: new Set<ServerResponse>(),
      bytesSettled: 0,
      bytesSeen: -1,
      quietLooks: 0,
    };
    this.#open.set(socket, traffic);
    socket.once('close', () => {
      this.#open.delete(socket);
      // Node tells that answer alone whose turn it was, within this step, and none that stood in line behind it.
      setImmediate(() => {
        for (const answer of traffic.answers) answer.emit('close');
      });
    });
  }

  #asked(request: IncomingMessage, response: ServerResponse): void {
    const { socket } = request;
    const traffic = this.#open.get(socket);
    if (traffic === undefined) return;
    traffic.requests += 1;
    traffic.answers.add(response);
    traffic.bytesSeen = -1;
    request.once('close', () => {
      traffic.requests -= 1;
      traffic.bytesSettled = socket.bytesRead;
    });
    response.once('close', () => {
      traffic.answers.delete(response);
      traffic.bytesSettled = socket.bytesRead;
    });
  }
}
