import type { TestServer } from '../support/server-process.ts';

interface Connection {
  close(): Promise<void>;
}

interface Closing {
  close(): Promise<void>;
}

interface Reopening<Subject> extends Closing {
  readonly reopen: () => Promise<Subject>;
}

/** Opens a subject over a connection to a real server; reopening kills the server and starts it again on its data. */
export async function overServer<Link extends Connection, Ports>(
  server: TestServer,
  connect: (url: string) => Promise<Link>,
  build: (connection: Link) => Ports,
): Promise<Ports & Reopening<Ports & Closing>> {
  const connection = await connect(server.url);
  return {
    ...build(connection),
    close: () => connection.close(),
    reopen: async () => {
      await connection.close();
      await server.kill();
      await server.restart();
      return overServer(server, connect, build);
    },
  };
}
