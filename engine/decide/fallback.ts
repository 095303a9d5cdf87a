import type { FallbackTreatment } from '../model/decision.ts';
import type { Placement } from '../model/rulebook.ts';
import { contentScope, type Frame } from './frame.ts';

/** What a placement shows when no action was left; undefined where the rulebook declares nothing. */
export function fallbackOf(frame: Frame, placement: Placement): FallbackTreatment | undefined {
  return placement.fallback && { fallback: true, content: placement.fallback.render(contentScope(frame)) };
}
