import { array, assert, constantFrom, integer, property, record, shuffledSubarray } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyAttributes, attributesMessage } from '../../../engine/customer/attributes.ts';
import { profilesOf } from '../../../engine/customer/profile.ts';
import {
  defaultTenant,
  encodeState,
  newCustomerState,
  type OverlayState,
  userKey,
} from '../../../engine/index.ts';
import { attributeOf, overlayOf } from '../../../engine/overlays/overlay-values.ts';

const ada = userKey('ada');
const guest = userKey('guest');
const home = { tenant: defaultTenant, partitions: 4 };

const told = record({
  values: constantFrom({ churn: 0.1 }, { churn: 0.9, band: 'A' }, { band: 'B' }),
  at: integer({ min: 1, max: 5 }),
  source: constantFrom('one.csv@1', 'two.csv@2'),
});

function stateAfter(states: readonly OverlayState[], key = ada) {
  return states.reduce(
    (state, told) => applyAttributes(state, { key, overlay: 'scores', state: told }),
    newCustomerState(key),
  );
}

describe('external attributes of a customer', () => {
  it('come to the same in any order, and told twice', () => {
    const orders = array(told, { minLength: 1, maxLength: 8 }).chain((states) =>
      shuffledSubarray([...states, ...states], { minLength: 2 * states.length }).map((shuffled) => ({
        states,
        shuffled,
      })),
    );
    assert(
      property(orders, ({ states, shuffled }) => {
        expect(encodeState(stateAfter(shuffled))).toEqual(encodeState(stateAfter(states)));
      }),
    );
  });

  it('are never overwritten by an older telling', () => {
    assert(
      property(array(told, { minLength: 1 }), (states) => {
        const newest = Math.max(...states.map(({ at }) => at));
        expect(overlayOf(profilesOf(stateAfter(states)), 'scores')?.at).toBe(newest);
      }),
    );
  });

  it('of two merged ids stay apart, and the newest telling stands', () => {
    assert(
      property(told, told, (one, other) => {
        const merged = { ...stateAfter([one]), sources: { [guest]: stateAfter([other], guest).own } };
        const newest = overlayOf(profilesOf(merged), 'scores');
        expect(newest?.at).toBe(Math.max(one.at, other.at));
        const later = applyAttributes(merged, {
          key: ada,
          presentedAs: guest,
          overlay: 'scores',
          state: { ...other, at: 9 },
        });
        expect(later.own).toEqual(merged.own);
        expect(later.sources[guest]?.overlays.scores?.at).toBe(9);
      }),
    );
  });

  it('are one message, however often they are told', () => {
    const state = { values: { churn: 0.5 }, at: 1, source: 'one.csv@1' };
    const first = attributesMessage(home, { key: ada, overlay: 'scores', state, receivedAt: 5 });
    const again = attributesMessage(home, { key: ada, overlay: 'scores', state, receivedAt: 9 });
    const other = attributesMessage(home, {
      key: ada,
      overlay: 'scores',
      state: { ...state, at: 2 },
      receivedAt: 5,
    });
    expect(again.id).toBe(first.id);
    expect(other.id).not.toBe(first.id);
  });
});

describe('an attribute', () => {
  const overlay = {
    name: 'scores',
    attributes: { churn: 'number', band: 'text' },
    column: 'userId',
    join: { kind: 'customer', by: 'userId' },
  } as const;
  const profiles = profilesOf(
    stateAfter([{ values: { churn: 0.5, band: 7 }, at: 1_000, source: 's', expiresAt: 2_000 }]),
  );

  it('is undefined from the moment on at which it expires', () => {
    expect(attributeOf(overlay, 'churn', { profiles, now: 1_999 })).toBe(0.5);
    expect(attributeOf(overlay, 'churn', { profiles, now: 2_000 })).toBeUndefined();
  });

  it('is undefined when it was stored as something else than it is declared as now', () => {
    expect(attributeOf(overlay, 'band', { profiles, now: 1_500 })).toBeUndefined();
  });

  it('is undefined when the overlay does not declare it, or nothing was told', () => {
    expect(attributeOf(overlay, 'toString', { profiles, now: 1_500 })).toBeUndefined();
    expect(
      attributeOf({ ...overlay, name: 'constructor' }, 'churn', { profiles, now: 1_500 }),
    ).toBeUndefined();
  });
});
