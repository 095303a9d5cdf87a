import type { StreamClient } from './stream-client.ts';

/** The open decision streams: bounded in number, and told when the server leaves. */
export class StreamClients {
  readonly #open = new Set<StreamClient>();
  readonly #clientsMax: number;
  readonly #onCount: (count: number) => void;

  constructor(clientsMax: number, onCount: (count: number) => void) {
    this.#clientsMax = clientsMax;
    this.#onCount = onCount;
  }

  get count(): number {
    return this.#open.size;
  }

  isFull(): boolean {
    return this.#open.size >= this.#clientsMax;
  }

  add(client: StreamClient): void {
    this.#open.add(client);
    this.#onCount(this.#open.size);
    client.onClosed(() => {
      this.#open.delete(client);
      this.#onCount(this.#open.size);
    });
  }

  /** Says goodbye to every client; each comes back to another node with the last id it saw. */
  endAll(): void {
    for (const client of this.#open) client.end('bye', 'The server is going away; reconnect.');
  }
}
