import type { CustomerState, Profile, TraitState } from '../model/customer-state.ts';
import type { SegmentReads } from '../model/segmentation.ts';

/** Whether anything that segments read of a customer became another. Parts that were not touched are the same objects. */
export function readsChanged(
  before: CustomerState | undefined,
  after: CustomerState,
  reads: SegmentReads,
): boolean {
  if (!before || before.forward !== undefined) return true;
  const isAlone = before.sources === after.sources && Object.keys(after.sources).length === 0;
  if (isChanged(before.own, after.own, reads, isAlone)) return true;
  if (before.sources === after.sources) return false;
  const sources = Object.keys(after.sources);
  if (sources.length !== Object.keys(before.sources).length) return true;
  return sources.some((key) => {
    const was = before.sources[key];
    return was === undefined || isChanged(was, after.sources[key] as Profile, reads, false);
  });
}

/** `isAlone`: no other id says anything, so that nothing hangs on which of two said a thing last. */
function isChanged(before: Profile, after: Profile, reads: SegmentReads, isAlone: boolean): boolean {
  if (before === after) return false;
  if (before.traits !== after.traits) {
    if (reads.traits === 'all') return true;
    // Clients tell who the customer is with every page: what is told again is nothing new.
    for (const name of reads.traits)
      if (isToldAnew(before.traits[name], after.traits[name], isAlone)) return true;
  }
  if (reads.seen && isSeenAnew(before, after)) return true;
  if (before.features !== after.features) {
    for (const key of reads.features) if (before.features[key] !== after.features[key]) return true;
  }
  if (before.overlays !== after.overlays) {
    for (const name of reads.overlays) if (before.overlays[name] !== after.overlays[name]) return true;
  }
  return false;
}

function isToldAnew(
  before: TraitState | undefined,
  after: TraitState | undefined,
  isAlone: boolean,
): boolean {
  if (before === after) return false;
  return !before || !after || before[0] !== after[0] || (!isAlone && before[1] !== after[1]);
}

function isSeenAnew(before: Profile, after: Profile): boolean {
  return before.firstSeenAt !== after.firstSeenAt || before.lastSeenAt !== after.lastSeenAt;
}
