import { AckPolicy, jetstream } from '@nats-io/jetstream';
import { headers, nanos } from 'nats';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { connectNats, type JetStreamConnection } from '../../../adapters/nats/connect-nats.ts';
import type { DeadLetter } from '../../../adapters/nats/dead-letter.ts';
import { ensureStreams } from '../../../adapters/nats/ensure-streams.ts';
import { type Intake, type IntakeVerdict, openIntake } from '../../../adapters/nats/nats-intake.ts';
import { defaultTenant } from '../../../engine/model/ids.ts';
import { indexes } from '../../conformance/samples.ts';
import { emptyNats, startNats } from '../../support/nats-server.ts';
import type { TestServer } from '../../support/server-process.ts';

let server: TestServer;
let connection: JetStreamConnection;
let intake: Intake | undefined;

beforeAll(async () => {
  server = await startNats();
});
afterAll(() => server.stop());
beforeEach(async () => {
  await emptyNats(server);
  connection = await connectNats({ url: server.url });
  await ensureStreams(connection, { tenant: defaultTenant });
});
afterEach(async () => {
  await intake?.close();
  intake = undefined;
  await connection.close();
});

/** Collects what the intake hands over, and lets a test wait until enough of it came. */
class Inbox {
  readonly bodies: unknown[] = [];
  readonly errors: unknown[] = [];
  #wake = (): void => undefined;

  take(body: unknown): void {
    this.bodies.push(body);
    this.#wake();
  }

  async until(count: number): Promise<void> {
    while (new Set(this.bodies.map((body) => JSON.stringify(body))).size < count) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}

function open(inbox: Inbox, judge: (body: unknown) => IntakeVerdict = () => 'accepted'): Promise<Intake> {
  return openIntake({
    connection,
    tenant: defaultTenant,
    handle: async (raw) =>
      raw.map(({ body }) => {
        const verdict = judge(body);
        if (verdict === 'accepted') inbox.take(body);
        return verdict;
      }),
    onError: (error) => inbox.errors.push(error),
  });
}

async function publish(payload: string, id?: string): Promise<void> {
  const head = headers();
  if (id !== undefined) head.set('Nats-Msg-Id', id);
  await jetstream(connection.nats).publish('nextbest.touchpoints.web', payload, { headers: head });
}

/** The client may not have found the server again yet. */
async function publishSurely(payload: string, id: string): Promise<void> {
  for (;;) {
    try {
      return await publish(payload, id);
    } catch {
      // The id makes the repetition harmless.
    }
  }
}

async function firstDeadLetters(count: number): Promise<readonly DeadLetter[]> {
  const consumer = await connection.client.consumers.get('NEXTBEST_DEADLETTERS');
  const letters: DeadLetter[] = [];
  const messages = await consumer.consume();
  for await (const message of messages) {
    letters.push(message.json<DeadLetter>());
    if (letters.length === count) break;
  }
  return letters;
}

/** Resolves once every message of the stream is settled. */
async function untilSettled(): Promise<void> {
  for (;;) {
    const info = await connection.manager.consumers.info('NEXTBEST_TOUCHPOINTS', 'nextbest-intake');
    if (info.num_pending === 0 && info.num_ack_pending === 0) return;
  }
}

describe('nats intake', () => {
  it('hands over touchpoints published before and after it opened, each once', async () => {
    const inbox = new Inbox();
    for (const index of indexes(50)) await publish(JSON.stringify({ index }));
    intake = await open(inbox);
    for (const index of indexes(50)) await publish(JSON.stringify({ index: 50 + index }));
    await inbox.until(100);
    await untilSettled();
    expect(inbox.bodies).toEqual(indexes(100).map((index) => ({ index })));
  });

  it('puts what is refused into the dead letters with reason and body, and the good ones through once', async () => {
    const inbox = new Inbox();
    intake = await open(inbox, (body) =>
      typeof body === 'object' ? 'accepted' : { rejected: 'It is no object.' },
    );
    await publish('{"good":1}');
    await publish('7', 'bad-1');
    await publish('{ not json');
    await publish('{"good":2}');
    const letters = await firstDeadLetters(2);
    await inbox.until(2);
    await untilSettled();
    expect(inbox.bodies).toEqual([{ good: 1 }, { good: 2 }]);
    const byPlace = [...letters].sort((first, second) => first.sequence - second.sequence);
    expect(byPlace).toMatchObject([
      { reason: 'It is no object.', body: 7, id: 'bad-1', subject: 'nextbest.touchpoints.web', sequence: 2 },
      { reason: 'The body is not JSON.', body: '{ not json', sequence: 3 },
    ]);
    const stream = await connection.manager.streams.info('NEXTBEST_DEADLETTERS');
    expect(stream.state.messages).toBe(2);
  });

  it('offers everything again when the handler fails, and loses nothing', async () => {
    const inbox = new Inbox();
    let failures = 2;
    intake = await open(inbox, () => {
      if (failures === 0) return 'accepted';
      failures -= 1;
      throw new Error('the log is away');
    });
    for (const index of indexes(20)) await publish(JSON.stringify({ index }));
    await inbox.until(20);
    await untilSettled();
    expect(inbox.errors).toHaveLength(2);
    expect(new Set(inbox.bodies.map((body) => JSON.stringify(body))).size).toBe(20);
  });

  it('goes on when its consumer is deleted, and loses nothing', async () => {
    const inbox = new Inbox();
    intake = await open(inbox);
    for (const index of indexes(10)) await publish(JSON.stringify({ index }));
    await inbox.until(10);
    await connection.manager.consumers.delete('NEXTBEST_TOUCHPOINTS', 'nextbest-intake');
    for (const index of indexes(10)) await publish(JSON.stringify({ index: 10 + index }));
    await inbox.until(20);
  });

  it('gives back whatever it was sent when it closes, so that nobody waits for it', async () => {
    // Nothing comes again by itself: what is left lying is never seen by the other one.
    await connection.manager.consumers.add('NEXTBEST_TOUCHPOINTS', {
      durable_name: 'nextbest-intake',
      ack_policy: AckPolicy.Explicit,
      ack_wait: nanos(3_600_000),
      max_ack_pending: 1_000,
    });
    const [before, after] = [new Inbox(), new Inbox()];
    intake = await open(before);
    let published = 0;
    const publishing = indexes(50).map(async (publisher) => {
      for (const index of indexes(100)) {
        await publish(JSON.stringify({ publisher, index }));
        published += 1;
      }
    });
    await before.until(1_000);
    await intake.close();
    intake = await open(after);
    await Promise.all(publishing);
    await untilSettled();
    const seen = new Set([...before.bodies, ...after.bodies].map((body) => JSON.stringify(body)));
    expect(seen.size).toBe(published);
  });

  it('closes although the server stands still', async () => {
    intake = await open(new Inbox());
    await server.freeze();
    try {
      await intake.close();
    } finally {
      server.thaw();
    }
  });

  it('goes on after the server was killed', async () => {
    const inbox = new Inbox();
    intake = await open(inbox);
    for (const index of indexes(10)) await publish(JSON.stringify({ index }));
    await inbox.until(10);
    await server.kill();
    await server.restart();
    for (const index of indexes(10)) await publishSurely(JSON.stringify({ index: 10 + index }), `m${index}`);
    await inbox.until(20);
  });
});
