import type { OverlayState, Profile } from '../model/customer-state.ts';
import { canonicalJson, type Json } from '../model/json.ts';
import type { Overlay } from '../model/rulebook.ts';
import { isOfType } from './read-attributes.ts';

/**
 * Whether one telling stands above another: the newer one; of two of the same moment the one that sorts last, so that
 * it does not depend on which came in first.
 */
export function isNewer(state: OverlayState, than: OverlayState): boolean {
  if (state.at !== than.at) return state.at > than.at;
  return canonicalJson(state) > canonicalJson(than);
}

/** What was told last of a customer, through whichever id, whether it still counts or not. */
export function overlayOf(profiles: readonly Profile[], name: string): OverlayState | undefined {
  let newest: OverlayState | undefined;
  for (const { overlays } of profiles) {
    const state = Object.hasOwn(overlays, name) ? overlays[name] : undefined;
    if (state && (!newest || isNewer(state, newest))) newest = state;
  }
  return newest;
}

export function isCurrent({ expiresAt }: OverlayState, now: number): boolean {
  return expiresAt === undefined || now < expiresAt;
}

/** An attribute of a customer; undefined when it is unknown, has expired, or is not what it is declared as. */
export function attributeOf(
  overlay: Overlay,
  attribute: string,
  { profiles, now }: { readonly profiles: readonly Profile[]; readonly now: number },
): Json | undefined {
  const type = overlay.attributes[attribute];
  const state = overlayOf(profiles, overlay.name);
  if (type === undefined || !state || !isCurrent(state, now)) return undefined;
  const value = Object.hasOwn(state.values, attribute) ? state.values[attribute] : undefined;
  return isOfType(type, value) ? value : undefined;
}
