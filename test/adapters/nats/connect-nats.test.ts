import { RetentionPolicy, StorageType } from '@nats-io/jetstream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectNats } from '../../../adapters/nats/connect-nats.ts';
import { ensureStreams } from '../../../adapters/nats/ensure-streams.ts';
import { Subjects } from '../../../adapters/nats/subjects.ts';
import { defaultTenant, type Tenant } from '../../../engine/model/ids.ts';
import { partition } from '../../conformance/samples.ts';
import { freePort } from '../../support/free-port.ts';
import { startNats } from '../../support/nats-server.ts';
import type { TestServer } from '../../support/server-process.ts';

const acme = 'acme' as Tenant;

describe('connectNats', () => {
  it('says that nothing listens there, without the password', async () => {
    const url = `nats://user:secret@127.0.0.1:${await freePort()}`;
    const failure = await connectNats({ url, connectMs: 1 }).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'NB_LOG_UNAVAILABLE' });
    expect(String(failure)).not.toContain('secret');
  });

  it('refuses an address of another kind', async () => {
    await expect(connectNats({ url: 'redis://127.0.0.1' })).rejects.toMatchObject({ code: 'NB_CONFIG' });
  });

  it('says how to start a server that runs without JetStream', async () => {
    const server = await startNats({ jetStream: false });
    await expect(connectNats({ url: server.url })).rejects.toMatchObject({
      code: 'NB_CONFIG',
      message: expect.stringContaining('-js'),
    });
    await server.stop();
  });
});

describe('streams', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startNats();
  });
  afterAll(() => server.stop());

  it('are created once, by limits and on disk, and adjusted to new settings', async () => {
    const connection = await connectNats({ url: server.url });
    await ensureStreams(connection, { tenant: acme });
    await ensureStreams(connection, { tenant: acme });
    const before = (await connection.manager.streams.info('NEXTBEST_ACME_LOG')).config;
    expect(before).toMatchObject({
      subjects: ['nextbest.acme.log.*'],
      retention: RetentionPolicy.Limits,
      storage: StorageType.File,
      max_age: 0,
      num_replicas: 1,
    });
    await ensureStreams(connection, { tenant: acme, logAgeMsMax: 3_600_000 });
    const after = (await connection.manager.streams.info('NEXTBEST_ACME_LOG')).config;
    expect(after.max_age).toBe(3_600_000 * 1_000_000);
    await connection.close();
  });

  it('are refused where one of the name keeps its messages in another way', async () => {
    const connection = await connectNats({ url: server.url });
    await connection.manager.streams.add({
      name: 'NEXTBEST_LOG',
      subjects: ['nextbest.log.*'],
      retention: RetentionPolicy.Workqueue,
    });
    await expect(ensureStreams(connection, { tenant: defaultTenant })).rejects.toMatchObject({
      code: 'NB_LAYOUT_MISMATCH',
    });
    await connection.close();
  });
});

describe('subjects', () => {
  it('carry the tenant unless it is the default one', () => {
    expect(new Subjects(defaultTenant).log(partition(7))).toBe('nextbest.log.7');
    expect(new Subjects(acme).log(partition(7))).toBe('nextbest.acme.log.7');
    expect(new Subjects(acme).stream('decisions')).toBe('NEXTBEST_ACME_DECISIONS');
  });

  it('keep free text in one token', () => {
    const subjects = new Subjects(defaultTenant);
    expect(subjects.decision('call.centre *>', 'a b')).toBe(
      'nextbest.decisions.call%2Ecentre%20%2A%3E.a%20b',
    );
    expect(subjects.decisions('email')).toBe('nextbest.decisions.email.*');
  });

  it.each(['log', 'decisions', 'receipts', 'touchpoints', 'deadletters', 'Acme', 'a.b', ''])(
    'refuse the tenant "%s"',
    (name) => {
      expect(() => new Subjects(name as Tenant)).toThrow('cannot name a tenant');
    },
  );
});
