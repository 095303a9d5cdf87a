import { CodedError } from '../../engine/index.ts';
import type { StateStore } from '../../engine/ports.ts';

/**
 * A store whose rebuild was cut short holds customers without their checkpoint, or the other way round, and its outbox
 * would be sent a second time. Whoever works on it would count twice, so from the first step of a rebuild to its last a
 * note says that nobody may.
 */
const note = 'rebuild';
const underWay = 'under way';

type Notes = Pick<StateStore, 'readNote' | 'writeNote'>;

/** Runs the steps of a rebuild. When they fail the store stays marked. */
export async function asRebuild<Result>(store: Notes, steps: () => Promise<Result>): Promise<Result> {
  await store.writeNote(note, underWay);
  const result = await steps();
  await store.writeNote(note, '');
  return result;
}

/** Rejects with NB_DATA_IN_USE. */
export async function refuseHalfRebuilt(store: Notes): Promise<void> {
  if ((await store.readNote(note)) !== underWay) return;
  const detail =
    'a rebuild of this store is under way or was cut short: finish it with nextbest rebuild --yes';
  throw new CodedError('NB_DATA_IN_USE', detail);
}
