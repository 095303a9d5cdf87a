import { describe, expect, it } from 'vitest';
import { type Happened, type Offer, readHappened, readOffer } from '../../bench/verify/coffee-file.ts';
import { PolicyCheck } from '../../bench/verify/offer-policies.ts';

const offers = new Map<string, Offer>(
  [
    { id: 'ten', offer_type: 'bogo', channels: ['email', 'mobile'], duration: 7, difficulty: 10, reward: 10 },
    {
      id: 'news',
      offer_type: 'news',
      channels: ['email', 'social', 'mobile'],
      duration: 3,
      difficulty: 0,
      reward: 0,
    },
    { id: 'more', offer_type: 'discount', channels: ['email'], duration: 10, difficulty: 20, reward: 5 },
  ].map((offer) => [offer.id, readOffer(JSON.stringify(offer))]),
);

function decision(at: string, offer: string, { channel = 'email', customer = 'u:ada' } = {}): string {
  const treatments = [{ content: { offer } }];
  return JSON.stringify({ id: at, customer, at: Date.parse(at), placements: [{ channel, treatments }] });
}

/** Policies that were broken, and how often. */
function broken(
  decisions: readonly string[],
  rows: readonly object[] = [],
): Readonly<Record<string, number>> {
  const history = new Map<string, Happened[]>([['ada', []]]);
  const seen = new Set<string>();
  for (const row of rows) readHappened(JSON.stringify({ person: 'ada', ...row }), history, seen);
  const check = new PolicyCheck(offers, history);
  for (const line of decisions) check.take(line);
  return check.verdict().broken;
}

const received = { event: 'offer received', value: { 'offer id': 'ten' }, time: 0 };
const redeemed = { event: 'offer completed', value: { offer_id: 'ten', reward: 10 }, time: 30 };

describe('the check of the offers', () => {
  it('finds nothing where nothing is broken', () => {
    const decisions = [decision('2018-07-09T12:00:00Z', 'news'), decision('2018-07-12T12:00:00Z', 'ten')];
    expect(broken(decisions, [received])).toEqual({});
  });

  it.each([
    ['channel', ['2018-07-09T12:00:00Z', 'ten', { channel: 'social' }]],
    ['validity', ['2018-07-30T12:00:00Z', 'news', {}]],
    ['validity', ['2018-06-30T23:00:00Z', 'news', {}]],
    ['phone at night', ['2018-07-09T21:00:00Z', 'news', { channel: 'mobile' }]],
    ['social by day', ['2018-07-09T07:00:00Z', 'news', { channel: 'social' }]],
    ['who spends', ['2018-07-09T12:00:00Z', 'more', {}]],
    ['known offer', ['2018-07-09T12:00:00Z', 'other', {}]],
    ['known customer', ['2018-07-09T12:00:00Z', 'news', { customer: 'u:nobody' }]],
  ] as const)('finds a broken policy: %s', (policy, [at, offer, more]) => {
    expect(broken([decision(at, offer, more)])).toEqual({ [policy]: 1 });
  });

  it('finds an offer of ours that another one of ours had not made room for', () => {
    const decisions = [decision('2018-07-09T12:00:00Z', 'ten'), decision('2018-07-16T11:00:00Z', 'news')];
    expect(broken(decisions)).toEqual({ 'one at a time': 1 });
  });

  it('finds each two of the same offer within two weeks, and the third of a week', () => {
    const decisions = ['02T12', '05T12', '08T12'].map((at) => decision(`2018-07-${at}:00:00Z`, 'news'));
    expect(broken(decisions)).toEqual({ 'not again soon': 3, 'two a week': 1 });
  });

  it('finds an offer while one of the chain is open, and none once that is redeemed or over', () => {
    const inTime = [decision('2018-07-04T12:00:00Z', 'news')];
    expect(broken(inTime, [received])).toEqual({ 'none while one is open': 1 });
    expect(broken(inTime, [received, redeemed])).toEqual({});
    expect(broken([decision('2018-07-08T00:00:00Z', 'news')], [received])).toEqual({});
  });

  it('finds what goes beyond the budget of a day', () => {
    const decisions = Array.from({ length: 151 }, () => decision('2018-07-09T12:00:00Z', 'ten'));
    expect(broken(decisions)).toMatchObject({ '150 tens a day': 1 });
  });
});
