import { type FactScope, lookUpOf, readOverlayValues } from '../facts/read-facts.ts';
import type { Json } from '../model/json.ts';
import type { Overlay, OverlayByKey, Rulebook } from '../model/rulebook.ts';
import { isCurrent, overlayOf } from '../overlays/overlay-values.ts';
import { keyText } from '../overlays/reference-table.ts';
import type { OverlayView } from './application.ts';

/** What overlays say of a customer, expired or not, with where they have it from. */
export function overlaysOf(rulebook: Rulebook, scope: FactScope): Readonly<Record<string, OverlayView>> {
  const views: Record<string, OverlayView> = {};
  for (const overlay of rulebook.overlays.values()) {
    const { join } = overlay;
    const view =
      join.kind === 'customer'
        ? ofCustomer(rulebook, overlay, scope)
        : byKey(rulebook, { ...overlay, join }, scope);
    if (view) views[overlay.name] = view;
  }
  return views;
}

function ofCustomer(rulebook: Rulebook, overlay: Overlay, scope: FactScope): OverlayView | undefined {
  const told = overlayOf(scope.profiles, overlay.name);
  if (!told) return undefined;
  const { source, at, expiresAt } = told;
  return {
    values: valuesOf(rulebook, overlay, scope),
    source,
    at,
    ...(expiresAt !== undefined && { expiresAt }),
    isExpired: !isCurrent(told, scope.now),
  };
}

function byKey(
  rulebook: Rulebook,
  overlay: Overlay & { readonly join: OverlayByKey },
  scope: FactScope,
): OverlayView | undefined {
  const { key, table } = lookUpOf(rulebook, overlay, scope);
  const text = keyText(key);
  if (!table || text === undefined || !table.has(text)) return undefined;
  const { source, at, expiresAt } = table.header;
  return {
    values: valuesOf(rulebook, overlay, scope),
    source,
    ...(at !== undefined && { at }),
    ...(expiresAt !== undefined && { expiresAt }),
    isExpired: !table.isCurrent(scope.now),
    key: text,
    version: table.version,
  };
}

/** Overlays hold plain JSON. */
function valuesOf(rulebook: Rulebook, overlay: Overlay, scope: FactScope): OverlayView['values'] {
  return readOverlayValues(rulebook, overlay, scope) as Readonly<Record<string, Json>>;
}
