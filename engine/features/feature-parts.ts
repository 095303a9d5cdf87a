import type { Feature, FeatureKind } from '../model/feature.ts';

/** The values that a feature has beside its own: facts under its name, a dot, and theirs. */
export interface FeatureParts {
  readonly names: readonly string[];
  /** Whether any other name is that of a part as well: the keys by which a feature is told apart come from events. */
  readonly isOpen: boolean;
}

export const topPart = 'top';

const none: FeatureParts = { names: [], isOpen: false };

const partsOfKind: Partial<Readonly<Record<FeatureKind, FeatureParts>>> = {
  rfm: { names: ['recency', 'frequency', 'monetary'], isOpen: false },
  sessions: { names: ['duration', 'current_events', 'current_duration'], isOpen: false },
};

export function partsOf({ kind, by }: { readonly kind: FeatureKind; readonly by?: unknown }): FeatureParts {
  return by === undefined ? (partsOfKind[kind] ?? none) : { names: [topPart], isOpen: true };
}

export function hasParts({ names }: FeatureParts): boolean {
  return names.length > 0;
}

/** Splits the name of a part into its feature's and its own; undefined when it is the name of none. */
export function findPart(
  name: string,
  partsOfFeature: (feature: string) => FeatureParts | undefined,
): { readonly feature: string; readonly part: string } | undefined {
  for (let dot = name.indexOf('.'); dot !== -1; dot = name.indexOf('.', dot + 1)) {
    const feature = name.slice(0, dot);
    const part = name.slice(dot + 1);
    const parts = partsOfFeature(feature);
    if (parts && part !== '' && (parts.isOpen || parts.names.includes(part))) return { feature, part };
  }
  return undefined;
}

/** Whether a fact of this name is a feature's value, or a part of it. */
export function isOfFeature(name: string, feature: Pick<Feature, 'name' | 'kind' | 'by'>): boolean {
  if (name === feature.name) return true;
  const parts = partsOf(feature);
  return (
    hasParts(parts) && findPart(name, (other) => (other === feature.name ? parts : undefined)) !== undefined
  );
}
