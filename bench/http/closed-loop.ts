import { HttpConnections } from './http-connection.ts';

export interface ClosedLoad {
  readonly url: string;
  readonly ms: number;
  /** The text of the next request. */
  readonly request: () => string;
  /** Each sends the next request as soon as its last one is answered. */
  readonly connections: number;
}

export interface ClosedLoopResult {
  readonly answered: number;
  readonly perSecond: number;
  /** Answers other than 200. */
  readonly refused: number;
}

/** As much as the server takes: what it answers when it is never left without work. Latencies mean nothing here. */
export async function runClosedLoop(load: ClosedLoad): Promise<ClosedLoopResult> {
  let broke: (error: Error) => void = () => undefined;
  const breaking = new Promise<never>((_, reject) => {
    broke = reject;
  });
  const connections = await HttpConnections.open(load.url, load.connections, (error) => broke(error));
  try {
    return await Promise.race([askAll(load, connections), breaking]);
  } finally {
    connections.close();
  }
}

async function askAll({ ms, request }: ClosedLoad, connections: HttpConnections): Promise<ClosedLoopResult> {
  let answered = 0;
  let refused = 0;
  const begun = performance.now();
  const lane = (connection: HttpConnections['all'][number]): Promise<void> =>
    new Promise((resolve) => {
      const ask = (): void =>
        connection.send(request(), (status) => {
          answered += 1;
          if (status !== 200) refused += 1;
          if (performance.now() - begun < ms) ask();
          else resolve();
        });
      ask();
    });
  // The last answers are waited for and counted, and so is the time that they took.
  await Promise.all(connections.all.map(lane));
  return { answered, refused, perSecond: (answered * 1_000) / (performance.now() - begun) };
}
