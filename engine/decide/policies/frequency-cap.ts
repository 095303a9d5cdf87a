import { startOfPeriod } from '../../calendar/period-start.ts';
import { day } from '../../limits.ts';
import type { FrequencyCap, PolicySight } from '../../model/contact-policy.ts';
import type { Contact, ForgottenContacts } from '../../model/customer-state.ts';
import type { Option } from '../frame.ts';
import { countedAt, countsUntil } from './counted-at.ts';
import type { PolicyBench, PolicyJudge } from './policy-judge.ts';
import { concerns, isOfKey, isOfOffers, optionKey, scopeKey } from './policy-scope.ts';

/** At most so many contacts of a scope in a window: a cap over one channel, over all of them, of one action and so on. */
export function judgeCap(policy: FrequencyCap, bench: PolicyBench): PolicyJudge {
  return new CapJudge(policy, bench);
}

/**
 * Of an action or a treatment the contacts are counted when one of those that were shown is asked about. Of wider scopes
 * they are counted by key, once, and only when there are so many of them that some key may be full.
 */
class CapJudge implements PolicyJudge {
  private readonly policy: FrequencyCap;
  private readonly bench: PolicyBench;
  private readonly isInside: (at: number, contact: Contact) => boolean;
  private byKey: Map<string, number> | undefined;
  private readonly full = new Set<string>();

  constructor(policy: FrequencyCap, bench: PolicyBench) {
    this.policy = policy;
    this.bench = bench;
    this.isInside = insideOf(policy, bench);
  }

  forbids(option: Option): boolean {
    return this.countOf(option) >= this.policy.limit;
  }

  suspects(): ReadonlySet<string> | undefined {
    const { limit, scope } = this.policy;
    if (limit === 0) return undefined;
    if (isOfOffers(scope)) return this.bench.shown;
    if (this.mayBeFull()) this.counts();
    return this.full;
  }

  sight(option: Option): PolicySight {
    const { policy, bench } = this;
    const inside = bench.contacts.filter(
      (contact) => isOfKey(policy.scope, option, contact) && this.isCounted(contact),
    );
    const until = freeAt(policy, inside, bench);
    return { count: this.countOf(option), limit: policy.limit, ...(until !== undefined && { until }) };
  }

  add(contact: Contact): boolean {
    const { scope, limit } = this.policy;
    if (isOfOffers(scope) || !this.isCounted(contact)) return false;
    const key = scopeKey(scope, contact);
    // What is not counted by key yet will be: the contact is on the bench by now.
    if (this.byKey) this.raise(this.byKey, key, 1);
    return this.mayBeFull() && (this.counts().get(key) ?? 0) >= limit;
  }

  private mayBeFull(): boolean {
    const { limit, window } = this.policy;
    return this.bench.contacts.length >= limit || (window.kind === 'ever' && this.bench.forgotten.length > 0);
  }

  private countOf(option: Option): number {
    const { scope } = this.policy;
    if (!isOfOffers(scope)) return this.counts().get(optionKey(scope, option)) ?? 0;
    let count = 0;
    for (const contact of this.bench.contacts) {
      if (isOfKey(scope, option, contact) && this.isCounted(contact)) count += 1;
    }
    this.eachForgotten((gone, times) => {
      if (isOfKey(scope, option, gone)) count += times;
    });
    return count;
  }

  private counts(): ReadonlyMap<string, number> {
    if (this.byKey) return this.byKey;
    const { policy, bench } = this;
    const byKey = new Map<string, number>();
    for (const contact of bench.contacts) {
      if (this.isCounted(contact)) this.raise(byKey, scopeKey(policy.scope, contact), 1);
    }
    this.eachForgotten((gone, times) => this.raise(byKey, scopeKey(policy.scope, gone), times));
    this.byKey = byKey;
    return byKey;
  }

  private raise(byKey: Map<string, number>, key: string, by: number): void {
    const count = (byKey.get(key) ?? 0) + by;
    byKey.set(key, count);
    if (count >= this.policy.limit) this.full.add(key);
  }

  private isCounted(contact: Contact): boolean {
    const at = countedAt(this.policy, contact, this.bench.now);
    return at !== undefined && this.isInside(at, contact) && concerns(this.policy.match, contact);
  }

  private eachForgotten(take: (gone: ForgottenContacts, times: number) => void): void {
    const { match, counts, window } = this.policy;
    if (window.kind !== 'ever') return;
    for (const gone of this.bench.forgotten) {
      const times = gone.counts[counts] ?? 0;
      if (times > 0 && concerns(match, gone)) take(gone, times);
    }
  }
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
