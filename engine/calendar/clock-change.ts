import type { TimeZones } from '../ports.ts';

/** The first moment after `from` with another offset, where the offset at `until` is another. No zone changes its clock twice within a day. */
export function clockChange(
  from: number,
  until: number,
  { zone, zones }: { readonly zone: string; readonly zones: TimeZones },
): number {
  const offset = zones.offsetMs(from, zone);
  let before = from;
  let after = until;
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2);
    if (zones.offsetMs(middle, zone) === offset) before = middle;
    else after = middle;
  }
  return after;
}
