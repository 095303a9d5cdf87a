import { startOfPeriod } from '../../calendar/period-start.ts';
import { day } from '../../limits.ts';
import type { FrequencyCap, PolicySight } from '../../model/contact-policy.ts';
import type { Contact } from '../../model/customer-state.ts';
import { countedAt, countsUntil } from './counted-at.ts';
import type { PolicyBench, PolicyJudge } from './policy-judge.ts';
import { concerns, scopeKey } from './policy-scope.ts';

/** At most so many contacts of a scope in a window: a cap over one channel, over all of them, of one action and so on. */
export function judgeCap(policy: FrequencyCap, bench: PolicyBench): PolicyJudge {
  const isInside = insideOf(policy, bench);
  const counts = new Map<string, number>();
  const raise = (key: string, by: number) => {
    const count = (counts.get(key) ?? 0) + by;
    counts.set(key, count);
    return count === policy.limit;
  };
  const isCounted = (contact: Contact): boolean => {
    const at = countedAt(policy, contact, bench.now);
    return at !== undefined && isInside(at, contact) && concerns(policy.match, contact);
  };
  const add = (contact: Contact) => isCounted(contact) && raise(scopeKey(policy.scope, contact), 1);
  for (const contact of bench.contacts) add(contact);
  if (policy.window.kind === 'ever') addForgotten(policy, bench, raise);
  const countOf = (key: string) => counts.get(key) ?? 0;
  return {
    forbids: (option) => countOf(bench.keyOf(policy.scope, option)) >= policy.limit,
    sight: (option) => {
      const key = bench.keyOf(policy.scope, option);
      const inside = bench.contacts.filter(
        (contact) => scopeKey(policy.scope, contact) === key && isCounted(contact),
      );
      const until = freeAt(policy, inside, bench);
      return { count: countOf(key), limit: policy.limit, ...(until !== undefined && { until }) };
    },
    add,
  };
}

/** Whether a contact lies in the window by the moment at which it counted. */
function insideOf({ window }: FrequencyCap, bench: PolicyBench): (at: number, contact: Contact) => boolean {
  switch (window.kind) {
    case 'rolling': {
      const horizon = bench.now - window.ms;
      return (at) => at > horizon;
    }
    case 'calendar': {
      const start = bench.startOf(window.period);
      return (at) => at >= start;
    }
    case 'session':
      return (_, contact) =>
        bench.isOwn(contact) || (contact.session !== undefined && contact.session === bench.session);
    case 'visit': {
      const start = bench.visitStart(window.feature) ?? Number.POSITIVE_INFINITY;
      return (at, contact) => at >= start || bench.isOwn(contact);
    }
    case 'ever':
      return () => true;
  }
}

function addForgotten(
  { match, scope, counts }: FrequencyCap,
  bench: PolicyBench,
  raise: (key: string, by: number) => unknown,
): void {
  for (const gone of bench.forgotten) {
    const count = gone.counts[counts] ?? 0;
    if (count > 0 && concerns(match, gone)) raise(scopeKey(scope, gone), count);
  }
}

/** When so many contacts have left the window that one more fits; undefined where that is no matter of time. */
function freeAt(
  policy: FrequencyCap,
  inside: readonly Contact[],
  { now, zone }: PolicyBench,
): PolicySight['until'] {
  const { window, limit } = policy;
  if (limit === 0) return undefined;
  if (window.kind === 'calendar') return nextPeriod(window.period, now, zone);
  if (window.kind !== 'rolling') return undefined;
  const ends = inside.map((contact) => countsUntil(policy, contact, window.ms)).sort((a, b) => a - b);
  return ends[ends.length - limit];
}

/** No period is longer than 31 days and an hour, and the one that follows is no shorter than 23 hours. */
function nextPeriod(
  period: 'day' | 'week' | 'month',
  now: number,
  { name: zone, zones }: PolicyBench['zone'],
): number {
  const begin = startOfPeriod(period, now, { zone, zones });
  const days = { day: 1, week: 7, month: 31 }[period];
  // Half a day beyond the shortest length is inside the next period, whatever the clock and the calendar do.
  return startOfPeriod(period, begin + days * day + day / 2, { zone, zones });
}
