import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CircuitBreaker } from '../../../engine/runtime/circuit-breaker.ts';

const bounds = { failuresMax: 3, restMs: 100, atOnceMax: Number.POSITIVE_INFINITY };

/** A breaker that failed as often as it takes, at 0. */
function open(): CircuitBreaker {
  const breaker = new CircuitBreaker(bounds);
  for (let failure = 0; failure < bounds.failuresMax; failure += 1) {
    expect(breaker.admits(0)).toBe(true);
    breaker.failed(0);
  }
  return breaker;
}

test('admits everything until so many failures in a row, a success in between starting anew', () => {
  const breaker = new CircuitBreaker(bounds);
  for (let round = 0; round < 5; round += 1) {
    for (let failure = 1; failure < bounds.failuresMax; failure += 1) {
      expect(breaker.admits(0)).toBe(true);
      breaker.failed(0);
    }
    expect(breaker.admits(0)).toBe(true);
    breaker.succeeded();
  }
  expect(breaker.isOpen).toBe(false);
});

test('admits nothing while it rests, then one question at a time', () => {
  const breaker = open();
  expect([0, 50, 99].map((now) => breaker.admits(now))).toEqual([false, false, false]);
  expect(breaker.admits(100)).toBe(true);
  expect(breaker.admits(100)).toBe(false);
  expect(breaker.admits(1_000)).toBe(false);
});

test('a probe that fails starts another rest, one that works opens the way for all', () => {
  const breaker = open();
  expect(breaker.admits(100)).toBe(true);
  breaker.failed(150);
  expect(breaker.admits(249)).toBe(false);
  expect(breaker.admits(250)).toBe(true);
  breaker.succeeded();
  expect([250, 250, 250].map((now) => breaker.admits(now))).toEqual([true, true, true]);
});

test('a probe that came to nothing lets the next one try at once', () => {
  const breaker = open();
  expect(breaker.admits(100)).toBe(true);
  breaker.withdrawn();
  expect(breaker.isOpen).toBe(true);
  expect(breaker.admits(100)).toBe(true);
});

test('never more than one question is under way from the first moment that it is open and empty', () => {
  const ends = fc.array(fc.tuple(fc.nat(60), fc.constantFrom('ask', 'failed', 'succeeded', 'withdrawn')), {
    maxLength: 80,
  });
  fc.assert(
    fc.property(ends, (steps) => {
      const breaker = new CircuitBreaker(bounds);
      let now = 0;
      let underWay = 0;
      let failures = 0;
      for (const [ms, what] of steps) {
        now += ms;
        if (what === 'ask') {
          const before = underWay;
          if (breaker.admits(now)) {
            underWay += 1;
            expect(failures < bounds.failuresMax || before === 0).toBe(true);
          }
        } else if (underWay > 0) {
          underWay -= 1;
          if (what === 'failed') breaker.failed(now);
          else if (what === 'succeeded') breaker.succeeded();
          else breaker.withdrawn();
          if (what === 'failed') failures += 1;
          else if (what === 'succeeded') failures = 0;
        }
        expect(breaker.isOpen).toBe(failures >= bounds.failuresMax);
      }
    }),
  );
});
