import type { Candidate, EngagementMatcher, Placement, Rulebook } from '../model/rulebook.ts';
import type { Gets } from './ranking.ts';

/** What is otherwise about a rulebook: its conditions are the same. */
export interface BookChange {
  /** Of one action: what all its treatments get. */
  readonly action?: { readonly name: string; readonly gets: Gets };
  /** Of one placement: how many it shows. */
  readonly placement?: { readonly name: string; readonly limit: number };
}

/** The same rulebook but for the change, in its challengers too. */
export function alteredBook(rulebook: Rulebook, change: BookChange): Rulebook {
  const originals = new Map<Placement, Placement>();
  const placements = new Map(rulebook.placements);
  for (const placement of rulebook.placements.values()) {
    if (!isConcerned(placement, change)) continue;
    const altered = alteredPlacement(placement, change);
    originals.set(altered, placement);
    placements.set(placement.name, altered);
  }
  return {
    ...rulebook,
    placements,
    engagement: engagementOf(rulebook.engagement, originals),
    challengers: new Map(
      [...rulebook.challengers].map(([name, challenger]) => [name, alteredBook(challenger, change)]),
    ),
  };
}

function isConcerned({ name, candidates }: Placement, change: BookChange): boolean {
  return (
    change.placement?.name === name || candidates.some(({ action }) => action.name === change.action?.name)
  );
}

function alteredPlacement(placement: Placement, { action, placement: other }: BookChange): Placement {
  return {
    ...placement,
    limit: other?.name === placement.name ? other.limit : placement.limit,
    candidates: action
      ? placement.candidates.map((candidate) => alteredCandidate(candidate, action))
      : placement.candidates,
  };
}

function alteredCandidate(
  candidate: Candidate,
  { name, gets }: NonNullable<BookChange['action']>,
): Candidate {
  if (candidate.action.name !== name) return candidate;
  return { ...candidate, treatments: candidate.treatments.map((treatment) => ({ ...treatment, ...gets })) };
}

/** The index knows placements as they were compiled. */
function engagementOf(
  engagement: EngagementMatcher,
  originals: ReadonlyMap<Placement, Placement>,
): EngagementMatcher {
  const asCompiled = (placement: Placement) => originals.get(placement) ?? placement;
  return {
    match: (facts, placements) => engagement.match(facts, placements.map(asCompiled)),
    failedTier: (action) => engagement.failedTier(action),
    passing: (placement) => engagement.passing(asCompiled(placement)),
    found: () => engagement.found(),
  };
}
