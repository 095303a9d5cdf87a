import type { CustomerState, Profile } from '../model/customer-state.ts';
import type { SegmentReads } from '../model/segmentation.ts';

/** Whether anything that segments read of a customer became another. Parts that were not touched are the same objects. */
export function readsChanged(
  before: CustomerState | undefined,
  after: CustomerState,
  reads: SegmentReads,
): boolean {
  if (!before || before.forward !== undefined) return true;
  if (isChanged(before.own, after.own, reads)) return true;
  if (before.sources === after.sources) return false;
  const sources = Object.keys(after.sources);
  if (sources.length !== Object.keys(before.sources).length) return true;
  return sources.some((key) => {
    const was = before.sources[key];
    return was === undefined || isChanged(was, after.sources[key] as Profile, reads);
  });
}

function isChanged(before: Profile, after: Profile, reads: SegmentReads): boolean {
  if (before === after) return false;
  if (reads.traits && before.traits !== after.traits) return true;
  if (reads.seen && isSeenAnew(before, after)) return true;
  if (before.features !== after.features) {
    for (const key of reads.features) if (before.features[key] !== after.features[key]) return true;
  }
  if (before.overlays !== after.overlays) {
    for (const name of reads.overlays) if (before.overlays[name] !== after.overlays[name]) return true;
  }
  return false;
}

function isSeenAnew(before: Profile, after: Profile): boolean {
  return before.firstSeenAt !== after.firstSeenAt || before.lastSeenAt !== after.lastSeenAt;
}
