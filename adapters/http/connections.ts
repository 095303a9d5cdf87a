import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** What goes on on one connection. */
interface Traffic {
  /** Requests of which not everything is read, and answers of which not everything is sent. */
  underWay: number;
  /** What had been read when the last of these was over. Whatever came since begins another request. */
  bytesSettled: number;
  /** At the last look it was at rest. */
  wasAtRest: boolean;
}

/**
 * The connections of a server, so that it can leave without cutting anybody short. Node itself, as it closes, ends a
 * connection whose answer is made, though most of that may still wait for a slow reader, or the next request may be on
 * its way.
 */
export class Connections {
  readonly #open = new Map<Socket, Traffic>();
  readonly #answers = new Set<ServerResponse>();

  constructor(server: Server) {
    server.on('connection', (socket) => this.#opened(socket));
    server.on('request', (request, response) => this.#asked(request, response));
  }

  /** The answers under way say that their connections end with them, so that their clients send nothing more there. */
  endWithAnswers(): void {
    for (const answer of this.#answers) {
      if (!answer.headersSent) answer.setHeader('connection', 'close');
    }
  }

  /**
   * Ends the connections on which nothing has happened since the last look, also those that browsers opened ahead of
   * need and that have never sent anything.
   */
  endResting(): void {
    for (const [socket, traffic] of this.#open) {
      const isAtRest = traffic.underWay === 0 && socket.bytesRead === traffic.bytesSettled;
      if (isAtRest && traffic.wasAtRest) socket.destroy();
      traffic.wasAtRest = isAtRest;
    }
  }

  #opened(socket: Socket): void {
    this.#open.set(socket, { underWay: 0, bytesSettled: 0, wasAtRest: false });
    socket.once('close', () => this.#open.delete(socket));
  }

  #asked(request: IncomingMessage, response: ServerResponse): void {
    const { socket } = request;
    const traffic = this.#open.get(socket);
    if (traffic === undefined) return;
    this.#answers.add(response);
    traffic.underWay += 2;
    traffic.wasAtRest = false;
    const over = (): void => {
      traffic.underWay -= 1;
      traffic.bytesSettled = socket.bytesRead;
    };
    request.once('close', over);
    response.once('close', () => {
      this.#answers.delete(response);
      over();
    });
  }
}
