import { dayOf, momentOf, timeOfDay, wallOf, weekdayOf } from '../../calendar/wall-time.ts';
import { day } from '../../limits.ts';
import type { TimeWindow } from '../../model/contact-policy.ts';
import type { PolicyBench, PolicyJudge } from './policy-judge.ts';

/** Only at certain times, by the clock on the customer's wall. */
export function judgeHours(policy: TimeWindow, bench: PolicyBench): PolicyJudge {
  const wall = wallOf(bench.now, bench.zone.name, bench.zone.zones);
  const isOutside = !isOpen(policy, wall);
  return {
    forbids: () => isOutside,
    suspects: () => (isOutside ? undefined : nobody),
    sight: () => ({ until: nextOpening(policy, wall, bench) }),
    add: () => false,
  };
}

const nobody: ReadonlySet<string> = new Set();

/** A window that goes past midnight belongs to the day on which it began. */
function isOpen({ fromMs, untilMs, days }: TimeWindow, wall: number): boolean {
  const time = timeOfDay(wall);
  const today = weekdayOf(wall);
  if (fromMs < untilMs) return time >= fromMs && time < untilMs && days.includes(today);
  return (time >= fromMs && days.includes(today)) || (time < untilMs && days.includes((today + 6) % 7));
}

function nextOpening({ fromMs, days }: TimeWindow, wall: number, { now, zone }: PolicyBench): number {
  const today = dayOf(wall);
  for (let ahead = 0; ahead < 7; ahead += 1) {
    const midnight = (today + ahead) * day;
    if (!days.includes(weekdayOf(midnight))) continue;
    const opening = momentOf(midnight + fromMs, zone.name, zone.zones);
    if (opening > now) return opening;
  }
  return momentOf((today + 7) * day + fromMs, zone.name, zone.zones);
}
