import { connect } from 'nats';
import type { TestServer } from '../../support/server-process.ts';

export interface Published {
  readonly subject: string;
  /** By which its stream drops repeats. */
  readonly id: string;
}

/** What is published on a NATS, as any subscriber sees it: repeats that a stream drops are among them. */
export interface NatsWatch {
  /** All messages of nextbest until now; not those of JetStream itself. */
  seen(): Promise<readonly Published[]>;
  close(): Promise<void>;
}

export async function watchNats({ url }: TestServer): Promise<NatsWatch> {
  const connection = await connect({ servers: url });
  const seen: Published[] = [];
  const marked = new Map<string, () => void>();
  // Not all subjects: what a stream hands to its readers carries the old subject on its way to theirs.
  connection.subscribe('nextbest.>', {
    callback: (_error, { subject, headers }) => {
      const mark = marked.get(subject);
      if (mark !== undefined) mark();
      else seen.push({ subject, id: headers?.get('Nats-Msg-Id') ?? '' });
    },
  });
  await connection.flush();
  let marks = 0;
  return {
    seen: async () => {
      marks += 1;
      const mark = `nextbest.mark.${marks}`;
      const arrived = new Promise<void>((resolve) => marked.set(mark, resolve));
      connection.publish(mark);
      await arrived;
      return [...seen];
    },
    close: () => connection.close(),
  };
}
