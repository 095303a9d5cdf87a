import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { measuredFigures } from '../../../../adapters/cli/plan/measured.ts';
import { type PlanLoad, planFor } from '../../../../adapters/cli/plan/plan.ts';
import { renderPlan } from '../../../../adapters/cli/plan/plan-report.ts';

const load: PlanLoad = {
  customers: 1_000_000,
  eventsPerSecond: 500,
  decisionsPerSecond: 100,
  stateBytes: 1_500,
  logDays: 30,
  recordDays: 3,
  averageShare: 0.4,
  streamCopies: 3,
  redisReplicas: 1,
  redisNodeGib: 24,
  utilisation: 0.5,
};

const plan = (changes: Partial<PlanLoad> = {}) => planFor({ ...load, ...changes }, measuredFigures);

describe('what a load needs', () => {
  it('is the default number of partitions, two processes and one Redis for a small shop', () => {
    const small = plan({ customers: 10_000, eventsPerSecond: 5, decisionsPerSecond: 2, streamCopies: 1 });
    expect(small).toMatchObject({ partitions: 64, processes: 2, redis: { primaries: 1, isCluster: false } });
    expect(small.nats.servers).toBe(1);
  });

  it('is a Redis Cluster of three primaries at least as soon as one Redis is too small', () => {
    const { redis } = plan({ customers: 30_000_000, recordDays: 1 });
    expect(redis.isCluster).toBe(true);
    expect(redis.primaries).toBeGreaterThanOrEqual(3);
    expect(redis.replicas).toBe(redis.primaries);
    expect(redis.gibPerNode).toBeLessThanOrEqual(24);
  });

  it('never shrinks when the load grows, and the partitions are a power of two', () => {
    const rate = fc.integer({ min: 0, max: 200_000 });
    const people = fc.integer({ min: 1, max: 200_000_000 });
    fc.assert(
      fc.property(
        people,
        rate,
        rate,
        fc.double({ min: 1, max: 20, noNaN: true }),
        (customers, events, decisions, more) => {
          const one = plan({ customers, eventsPerSecond: events, decisionsPerSecond: decisions });
          const other = plan({
            customers: customers * more,
            eventsPerSecond: events * more,
            decisionsPerSecond: decisions * more,
          });
          expect(other.partitions).toBeGreaterThanOrEqual(one.partitions);
          expect(other.processes).toBeGreaterThanOrEqual(one.processes);
          expect(other.redis.primaries).toBeGreaterThanOrEqual(one.redis.primaries);
          expect(other.nats.servers).toBeGreaterThanOrEqual(one.nats.servers);
          expect(Number.isInteger(Math.log2(one.partitions))).toBe(true);
        },
      ),
    );
  });

  it('says what it cannot carry, and what outweighs the customers', () => {
    expect(plan({ eventsPerSecond: 5_000_000 }).remarks.join()).toContain('Split it into tenants');
    expect(plan({ recordDays: 30, decisionsPerSecond: 1_000 }).remarks.join()).toContain(
      'NEXTBEST_RECORD_DAYS',
    );
    expect(plan({ streamCopies: 1, redisReplicas: 0 }).remarks).toHaveLength(4);
  });

  it('is told as a table with the load it was made for', () => {
    const text = renderPlan(load, plan());
    expect(text).toContain('1,000,000 customers, 500 events and 100 decisions a second');
    expect(text).toMatch(/^partitions +\d+ /m);
  });
});
