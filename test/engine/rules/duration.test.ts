import { describe, expect, it } from 'vitest';
import { durationPattern, parseDuration } from '../../../engine/rules/duration.ts';

describe('a duration', () => {
  it.each([
    ['250ms', 250],
    ['1s', 1_000],
    ['1.5s', 1_500],
    ['30m', 1_800_000],
    ['24h', 86_400_000],
    ['0.5d', 43_200_000],
    ['2w', 1_209_600_000],
    ['0d', 0],
    ['P1D', 86_400_000],
    ['PT36H', 129_600_000],
    ['P1DT12H', 129_600_000],
    ['PT1M1.5S', 61_500],
    ['P2W', 1_209_600_000],
    ['0.0004s', 0],
  ])('%s is %d ms', (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
    expect(text).toMatch(new RegExp(durationPattern));
  });

  it.each([
    ...['', '5', 'd', '5 d', '-5d', '5D', '5months', '.5d', '1e3s', '5d3h', ' 5d'],
    ...['P', 'PT', 'P1DT', 'P1M', 'P1Y', 'P1W1D', 'PT1D', 'p1d', '99999999999999999w'],
  ])('%j is none', (text) => {
    expect(parseDuration(text)).toBeUndefined();
  });
});
