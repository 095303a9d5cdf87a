import { describe, expect, it } from 'vitest';
import { describeConfig, readConfig } from '../../../adapters/system/config.ts';
import { settings } from '../../../adapters/system/config-schema.ts';
import { CodedError } from '../../../engine/errors.ts';

function problemsOf(env: Record<string, string>): string[] {
  try {
    readConfig(env);
    return [];
  } catch (error) {
    if (!(error instanceof CodedError) || error.code !== 'NB_CONFIG') throw error;
    return error.message.split('\n');
  }
}

describe('the configuration', () => {
  it('has a default for everything', () => {
    expect(readConfig({ PATH: '/bin' })).toEqual({
      port: 8080,
      host: '127.0.0.1',
      data: './data',
      rules: './rules',
      storage: { kind: 'lmdb' },
      partitions: 64,
      recordDays: 3,
      receiptDays: 30,
      logDays: 30,
      redisReplica: 'auto',
      streamReplicas: 1,
      connectSeconds: 10,
      logLevel: 'warn',
      tenant: 'default',
      enrichPrivate: false,
      shutdownGraceMs: 0,
    });
  });

  it('takes PORT where NEXTBEST_PORT is not set', () => {
    expect(readConfig({ PORT: '3000' }).port).toBe(3000);
    expect(readConfig({ PORT: '3000', NEXTBEST_PORT: '3001' }).port).toBe(3001);
    expect(readConfig({ PORT: 'x', NEXTBEST_PORT: '3001' }).port).toBe(3001);
    expect(readConfig({ PORT: '3000', NEXTBEST_PORT: '' }).port).toBe(3000);
  });

  it('stores in Redis and NATS when both are set, and says so when one is missing', () => {
    const redis = { NEXTBEST_REDIS_URL: 'redis://localhost:6379' };
    const nats = { NEXTBEST_NATS_URL: 'nats://a:4222,nats://b:4222' };
    expect(readConfig({ ...redis, ...nats }).storage).toEqual({
      kind: 'redis',
      redisUrl: 'redis://localhost:6379',
      natsUrl: 'nats://a:4222,nats://b:4222',
    });
    expect(problemsOf(redis)).toEqual([
      'NEXTBEST_REDIS_URL is set without NEXTBEST_NATS_URL: expected both (Redis keeps state, NATS the log) or neither.',
    ]);
    expect(problemsOf(nats)[0]).toContain('NEXTBEST_NATS_URL is set without NEXTBEST_REDIS_URL');
    expect(problemsOf({ ...redis, ...nats, NEXTBEST_STORE: 'lmdb' })[0]).toContain(
      'NEXTBEST_STORE: expected auto',
    );
  });

  it('knows the author of the rule files where they are named', () => {
    expect(readConfig({ NEXTBEST_AUTHOR: 'Ann Ö.' }).author).toBe('Ann Ö.');
    expect(readConfig({ NEXTBEST_AUTHOR: '' }).author).toBeUndefined();
  });

  it('takes the store that was asked for', () => {
    expect(readConfig({ NEXTBEST_STORE: 'memory' }).storage).toEqual({ kind: 'memory' });
    expect(readConfig({ NEXTBEST_STORE: 'auto' }).storage).toEqual({ kind: 'lmdb' });
  });

  it('tells all problems at once, one a line', () => {
    const problems = problemsOf({
      NEXTBEST_PORT: '70000',
      NEXTBEST_PARTITIONS: '1.5',
      NEXTBEST_LOG_LEVEL: 'loud',
      NEXTBEST_TENANT: 'a.b',
      NEXTBEST_NATS_URL: 'http://user:secret@nats',
      NEXTBEST_PARTITION: '8',
    });
    expect(problems).toHaveLength(7);
    expect(problems).toContain('NEXTBEST_PORT: expected a whole number from 0 to 65535, found "70000"');
    expect(problems).toContain('NEXTBEST_PARTITION is not a setting. Did you mean `NEXTBEST_PARTITIONS`?');
    expect(problems.join()).not.toContain('secret');
  });

  it('is not misled by what Kubernetes sets beside a service called nextbest', () => {
    const links = {
      NEXTBEST_PORT: 'tcp://10.0.0.1:80',
      NEXTBEST_PORT_80_TCP_ADDR: '10.0.0.1',
      NEXTBEST_SERVICE_HOST: '10.0.0.1',
    };
    expect(readConfig(links).port).toBe(8080);
  });

  it('describes every setting with its default', () => {
    const lines = describeConfig().split('\n');
    expect(lines).toHaveLength(Object.keys(settings).length);
    expect(lines[0]).toMatch(/^NEXTBEST_PORT \(or PORT\)\s+8080\s+Port of the HTTP server/);
  });
});
