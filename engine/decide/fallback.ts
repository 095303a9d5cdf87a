import type { FallbackTreatment } from '../model/decision.ts';
import type { Placement } from '../model/rulebook.ts';
import { contentScope, type Frame } from './frame.ts';
import { isSilenced } from './quiet-hours.ts';
import { renderContent } from './render-content.ts';

/** What a placement shows when no action was left; undefined where the rulebook declares nothing, or nothing may be sent. */
export function fallbackOf(frame: Frame, placement: Placement): FallbackTreatment | undefined {
  if (placement.fallback === undefined || isSilenced(frame, placement)) return undefined;
  return { fallback: true, ...renderContent(placement.fallback, contentScope(frame)) };
}
