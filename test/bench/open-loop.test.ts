import { describe, expect, it } from 'vitest';
import { arrivals } from '../../bench/http/arrivals.ts';
import { LatencyHistogram } from '../../bench/http/latency-histogram.ts';
import { loadStallingServer } from '../../bench/http/stall.ts';

describe('the open-loop generator', () => {
  it('counts a stall of the server for everybody who came meanwhile, where a count from leaving hides it', async () => {
    const stall = { perSecond: 400, seconds: 2.5, stallMs: 500, connections: 8 };
    const { corrected, naive, refused } = await loadStallingServer(stall);
    expect(refused).toBe(0);
    expect(corrected.count).toBe(stall.perSecond * stall.seconds);
    // Requests that were due in the first four fifths of the stall waited for at least a fifth of it.
    const due = stall.perSecond * (stall.stallMs / 1_000);
    const waited = corrected.atLeast(stall.stallMs / 5);
    expect(waited).toBeGreaterThan(0.7 * due);
    expect(corrected.quantile(0.99)).toBeGreaterThan(0.5 * stall.stallMs);
    // Only those under way when it began can tell of it by themselves; nobody else had left.
    expect(naive.atLeast(0.9 * stall.stallMs)).toBeGreaterThan(0);
    expect(corrected.atLeast(stall.stallMs / 2)).toBeGreaterThan(5 * naive.atLeast(stall.stallMs / 2));
  });

  it('spreads requests evenly, or by chance that a seed fixes', () => {
    expect([...arrivals({ perSecond: 4, seconds: 1 })]).toEqual([0, 250, 500, 750]);
    const random = arrivals({ perSecond: 1_000, seconds: 10, seed: 7 });
    expect(random).toEqual(arrivals({ perSecond: 1_000, seconds: 10, seed: 7 }));
    expect(Math.abs(random.length - 10_000)).toBeLessThan(400);
    expect(random.every((time, index) => index === 0 || time >= (random[index - 1] ?? 0))).toBe(true);
  });

  it('tells quantiles to half a percent', () => {
    const histogram = new LatencyHistogram();
    for (let ms = 1; ms <= 1_000; ms += 1) histogram.add(ms);
    for (const share of [0.01, 0.5, 0.9, 0.99, 0.999]) {
      const told = histogram.quantile(share) / (share * 1_000);
      expect(told).toBeGreaterThan(0.99);
      expect(told).toBeLessThan(1.01);
    }
    expect(histogram.count).toBe(1_000);
    expect(Math.abs(histogram.atLeast(900) - 101)).toBeLessThan(10);
  });
});
