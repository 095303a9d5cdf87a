import type { FallbackTreatment } from '../model/decision.ts';
import type { Placement } from '../model/rulebook.ts';
import { contentScope, type Frame } from './frame.ts';
import { renderContent } from './render-content.ts';

/** What a placement shows when no action was left; undefined where the rulebook declares nothing. */
export function fallbackOf(frame: Frame, placement: Placement): FallbackTreatment | undefined {
  return placement.fallback && { fallback: true, ...renderContent(placement.fallback, contentScope(frame)) };
}
