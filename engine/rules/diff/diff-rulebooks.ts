import { compareText } from '../../compare-text.ts';
import type { Rulebook } from '../../model/rulebook.ts';
import { type Change, reaches, topics } from './change.ts';
import { compareBooks } from './comparison.ts';
import { diffActions } from './diff-actions.ts';
import { diffArbitration } from './diff-arbitration.ts';
import { diffChallengers } from './diff-challengers.ts';
import { diffConditions } from './diff-conditions.ts';
import { diffConsent } from './diff-consent.ts';
import { diffFeatures, diffOutcomes, diffTriggers } from './diff-events.ts';
import { diffExperiments } from './diff-experiments.ts';
import { diffHierarchy } from './diff-hierarchy.ts';
import { diffIdentity } from './diff-identity.ts';
import { diffBudgets, diffChannels, diffPlacements, diffSettings } from './diff-limits.ts';
import { diffOverlays } from './diff-overlays.ts';
import { diffPolicies } from './diff-policies.ts';
import { diffQuietHours } from './diff-quiet-hours.ts';
import { diffShared } from './diff-shared.ts';
import { diffWhereabouts } from './diff-whereabouts.ts';
import { withEffects } from './feature-effects.ts';
import { usePairs } from './use-pairs.ts';

/**
 * What changed in meaning between two rulebooks.
 *
 * J1. Two books without a change but in wording decide alike, whatever the customer, as far as the engine can tell.
 * J2. A change is told once, where it was made: in a shared condition or a feature rather than wherever it is used.
 * J3. A condition is loosened or tightened only when that follows for all facts; what cannot be told says so.
 * J4. What came, went or changed is paired by name first, then by content.
 *
 * Tests inside the books, notes and the order of definitions mean nothing here.
 */
export function diffRulebooks(before: Rulebook, after: Rulebook): readonly Change[] {
  const ofBook = diffBooks(before, after);
  const ofChallengers = diffChallengers(before, after, { ofBook, diff: diffBooks });
  return [...ofBook, ...ofChallengers].sort(byImportance);
}

/** Without their challengers. */
function diffBooks(before: Rulebook, after: Rulebook): readonly Change[] {
  const comparison = compareBooks(before, after);
  const uses = usePairs(comparison);
  const changes: readonly Change[] = [
    ...diffActions(comparison),
    ...diffHierarchy(comparison),
    ...diffTriggers(comparison),
    ...diffPolicies(comparison),
    ...diffQuietHours(comparison),
    ...diffWhereabouts(comparison),
    ...diffBudgets(comparison),
    ...diffConsent(comparison),
    ...diffIdentity(comparison),
    ...diffExperiments(comparison),
    ...diffPlacements(comparison),
    ...diffChannels(comparison),
    ...diffShared(comparison),
    ...diffConditions(comparison, uses),
    ...diffArbitration(comparison),
    ...diffSettings(comparison),
    ...diffOverlays(comparison),
    ...diffFeatures(comparison),
    ...diffOutcomes(comparison),
  ];
  return withEffects(comparison, changes, uses);
}

/** Who gets fewer or more contacts first; what weighs the same by its place. */
function byImportance(one: Change, other: Change): number {
  return (
    topics.indexOf(one.topic) - topics.indexOf(other.topic) ||
    reaches.indexOf(one.reach) - reaches.indexOf(other.reach) ||
    compareText(one.at.file, other.at.file) ||
    one.at.line - other.at.line ||
    one.at.column - other.at.column
  );
}
