import { hash48 } from '../chance/hash.ts';
import { limits } from '../limits.ts';
import type { LogEntry } from '../model/log-message.ts';
import type { LogMark } from '../ports.ts';

/** The trail of a checkpoint once `entry` was applied too. Newest first, and the farther back the sparser. */
export function extendTrail(trail: readonly LogMark[], { sequence, message }: LogEntry): readonly LogMark[] {
  const marks = [{ sequence, hash: hash48(message.id) }, ...trail.filter((mark) => mark.sequence < sequence)];
  while (marks.length > limits.checkpointTrailMax) marks.splice(leastMissed(marks), 1);
  return marks;
}

/**
 * The mark without which the gap it leaves is smallest beside its distance from the newest one. So the distances grow
 * by about the same factor from mark to mark, however far back the trail reaches. The newest and the oldest stay.
 */
function leastMissed(marks: readonly LogMark[]): number {
  const newest = marks[0]?.sequence ?? 0;
  let found = 1;
  let smallest = Number.POSITIVE_INFINITY;
  for (let index = 1; index < marks.length - 1; index += 1) {
    const before = marks[index - 1]?.sequence ?? 0;
    const after = marks[index + 1]?.sequence ?? 0;
    const gap = (before - after) / (newest - after);
    if (gap >= smallest) continue;
    smallest = gap;
    found = index;
  }
  return found;
}
