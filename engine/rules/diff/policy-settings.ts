import { unreachable } from '../../assert.ts';
import type { ContactPolicy, ContactWindow, RelatedAction, Tallying } from '../../model/contact-policy.ts';
import type { Json } from '../../model/json.ts';
import { weekdayNames } from '../conditions/time-literals.ts';
import type { Comparison } from './comparison.ts';
import { renamed } from './pairing.ts';

/** What a policy says beside whom it speaks of, as it is written; with the new names of what it names. */
export function policySettings(
  policy: ContactPolicy,
  comparison?: Comparison,
): Readonly<Record<string, Json | undefined>> {
  switch (policy.kind) {
    case 'cap':
      return { limit: policy.limit, ...windowSettings(policy.window, comparison), ...counting(policy) };
    case 'cool-down':
      return { pause: policy.pauseMs, ...counting(policy) };
    case 'rest': {
      const { outcome, times, withinMs } = policy.after;
      return {
        scope: policy.scope,
        'after.outcome': outcome,
        'after.times': times,
        'after.within': withinMs,
        rest: policy.restMs,
      };
    }
    case 'forbid':
      return {};
    case 'hours':
      return {
        'hours.from': timeText(policy.fromMs),
        'hours.until': timeText(policy.untilMs),
        'hours.days': policy.days.map((day) => weekdayNames[day] ?? ''),
      };
    case 'exclusive':
      return { 'exclusive.within': policy.withinMs, ...counting(policy) };
    case 'not-after':
      return {
        'notAfter.actions': [...relatedActions(policy, comparison)].sort(),
        'notAfter.groups': [...policy.after.groups].sort(),
        'notAfter.within': policy.withinMs,
        ...counting(policy),
      };
    default:
      return unreachable(policy);
  }
}

function counting({ scope, counts, reserveMs }: Pick<Tallying, 'scope' | 'counts' | 'reserveMs'>) {
  return { scope, counts, ...(reserveMs !== undefined && { reserve: reserveMs }) };
}

export function windowSettings(
  window: ContactWindow,
  comparison: Comparison | undefined,
): Readonly<Record<string, Json>> {
  switch (window.kind) {
    case 'rolling':
      return { within: window.ms };
    case 'calendar':
      return { within: window.period };
    case 'visit':
      return {
        within: 'visit',
        visits: comparison?.features.renames.get(window.feature) ?? window.feature,
      };
    default:
      return { within: window.kind };
  }
}

export function relatedActions(policy: RelatedAction, comparison: Comparison | undefined): readonly string[] {
  return comparison ? renamed(policy.after.actions, comparison.reading.actions) : policy.after.actions;
}

function timeText(ms: number): string {
  const minutes = ms / 60_000;
  const two = (value: number) => `${value}`.padStart(2, '0');
  return `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}
