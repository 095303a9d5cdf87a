import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkLayout } from '../../../adapters/redis/check-layout.ts';
import { encodeCommit } from '../../../adapters/redis/commit-call.ts';
import { connectRedis } from '../../../adapters/redis/connect-redis.ts';
import { parseRedisAddress } from '../../../adapters/redis/redis-address.ts';
import { RedisKeys } from '../../../adapters/redis/redis-keys.ts';
import { defaultTenant, type Tenant } from '../../../engine/model/ids.ts';
import { partition } from '../../conformance/samples.ts';
import { commitOf, created } from '../../conformance/state-store/state-store-subject.ts';
import { freePort } from '../../support/free-port.ts';
import { startRedis } from '../../support/redis-server.ts';
import type { TestServer } from '../../support/server-process.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startRedis();
});
afterAll(() => server.stop());

describe('connectRedis', () => {
  it('says that nothing listens there, without the password', async () => {
    const url = `redis://user:secret@127.0.0.1:${await freePort()}`;
    const failure = await connectRedis({ url, connectMs: 200 }).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'NB_STORE_UNAVAILABLE' });
    expect(String(failure)).not.toContain('secret');
  });

  it('refuses a wrong password without trying on', async () => {
    const url = server.url.replace('redis://', 'redis://nobody:wrong@');
    await expect(connectRedis({ url })).rejects.toMatchObject({ code: 'NB_CONFIG' });
  });

  it('has nothing to note about a server that never evicts', async () => {
    const connection = await connectRedis({ url: server.url });
    expect(connection.notes).toEqual([]);
    await connection.close();
  });

  it('notes a server that may evict customers', async () => {
    const evicting = await startRedis({ evicts: true });
    const connection = await connectRedis({ url: evicting.url });
    expect(connection.notes).toEqual([expect.stringContaining('allkeys-lru')]);
    await connection.close();
    await evicting.stop();
  });
});

describe('the layout', () => {
  it('is fixed by the first start of a tenant and refuses another number of partitions', async () => {
    const connection = await connectRedis({ url: server.url });
    await checkLayout(connection, { tenant: defaultTenant, partitions: 64 });
    await checkLayout(connection, { tenant: defaultTenant, partitions: 64 });
    await expect(checkLayout(connection, { tenant: defaultTenant, partitions: 32 })).rejects.toMatchObject({
      code: 'NB_LAYOUT_MISMATCH',
      message: expect.stringContaining('64'),
    });
    await checkLayout(connection, { tenant: 'other' as Tenant, partitions: 32 });
    await connection.close();
  });
});

describe('the address', () => {
  it('names host, port, database and credentials', () => {
    expect(parseRedisAddress('redis://:p%40ss@cache:6380/2')).toEqual({
      isCluster: false,
      nodes: [{ host: 'cache', port: 6380 }],
      isTls: false,
      password: 'p@ss',
      database: 2,
    });
  });

  it('means a cluster by its scheme or by naming several nodes', () => {
    expect(parseRedisAddress('rediss+cluster://a').isCluster).toBe(true);
    expect(parseRedisAddress('redis://a:1, redis://b:2')).toMatchObject({
      isCluster: true,
      nodes: [
        { host: 'a', port: 1 },
        { host: 'b', port: 2 },
      ],
    });
  });

  it.each(['', 'localhost:6379', 'http://localhost', 'redis://a/x', 'redis+cluster://a/1'])(
    'is refused when it reads "%s"',
    (text) => {
      expect(() => parseRedisAddress(text)).toThrow('cannot be used');
    },
  );
});

describe('keys', () => {
  const keys = new RedisKeys(defaultTenant);

  it('of one commit all carry the tag of their partition, whatever the customer is called', () => {
    const commit = commitOf({
      partition: partition(7),
      onceBy: 'r{1}',
      documents: [created('u:{other}', 'v1')],
      records: [{ id: '}r', value: '', expiresAt: 1 }],
    });
    const call = encodeCommit(commit, keys, 0);
    expect(new Set(call.keys.map((key) => /\{(.*?)\}/.exec(key)?.[1]))).toEqual(new Set(['default.p7']));
  });

  it('of documents are read back', () => {
    const key = 'u:}:doc:x';
    expect(keys.parseDocument(keys.document(partition(7), key))).toEqual({ partition: 7, key });
    expect(keys.parseDocument(keys.record(partition(7), key))).toBeUndefined();
    expect(keys.parseDocument(new RedisKeys('other' as Tenant).document(partition(7), key))).toBeUndefined();
  });

  it('keep budgets apart whose names hold braces', () => {
    expect(keys.ledger('a}b')).not.toBe(keys.ledger('a'));
    expect(/\{(.*?)\}/.exec(keys.ledger('a}b'))?.[1]).toBe('default.b.a%7Db');
  });

  it.each(['', 'A', 'a*', 'a}b'])('refuse the tenant "%s"', (name) => {
    expect(() => new RedisKeys(name as Tenant)).toThrow('no tenant name');
  });
});
