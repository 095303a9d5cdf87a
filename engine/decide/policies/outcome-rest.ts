import type { OutcomeRest } from '../../model/contact-policy.ts';
import type { PolicyBench, PolicyJudge } from './policy-judge.ts';
import { concerns, optionKey, scopeKey } from './policy-scope.ts';

/** A rest for a scope after so many outcomes within so long: two cards closed in a month, a bounce, a complaint. */
export function judgeRest(policy: OutcomeRest, bench: PolicyBench): PolicyJudge {
  const { after, restMs, match, scope } = policy;
  const horizon = bench.now - after.withinMs - restMs;
  const times = new Map<string, number[]>();
  for (const contact of bench.contacts) {
    const at = contact.outcomes?.[after.outcome];
    if (at === undefined || at <= horizon || !concerns(match, contact)) continue;
    const key = scopeKey(scope, contact);
    const known = times.get(key);
    if (known) known.push(at);
    else times.set(key, [at]);
  }
  const ends = new Map<string, number>();
  for (const [key, list] of times) {
    const end = restEnd(list, policy);
    if (end > bench.now) ends.set(key, end);
  }
  return {
    forbids: (option) => ends.has(optionKey(scope, option)),
    suspects: () => ends,
    sight: (option) => {
      const key = optionKey(scope, option);
      const until = ends.get(key);
      const count = times.get(key)?.length ?? 0;
      return { count, limit: after.times, ...(until !== undefined && { until }) };
    },
    // What has just been decided has come to nothing yet.
    add: () => false,
  };
}

/** The end of the last rest that these outcomes began; minus infinity when they began none. */
function restEnd(times: number[], { after, restMs }: OutcomeRest): number {
  times.sort((a, b) => a - b);
  for (let last = times.length - 1; last >= after.times - 1; last -= 1) {
    const end = times[last] as number;
    const begin = times[last - after.times + 1] as number;
    if (begin > end - after.withinMs) return end + restMs;
  }
  return Number.NEGATIVE_INFINITY;
}
