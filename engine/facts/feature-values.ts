import { partsOf } from '../features/feature-parts.ts';
import { readFeature, readFeaturePart } from '../features/read-feature.ts';
import type { Json } from '../model/json.ts';
import type { Rulebook } from '../model/rulebook.ts';
import { clockAt, type PlaceScope } from './read-facts.ts';

/** Every declared feature with its value now, and the parts it has under names of their own. */
export function* featureValues(
  rulebook: Rulebook,
  scope: PlaceScope,
): Generator<readonly [name: string, value: Json | undefined]> {
  const clock = clockAt(rulebook, scope);
  for (const feature of rulebook.features.values()) {
    yield [feature.name, readFeature(feature, scope.profiles, clock)];
    for (const part of partsOf(feature).names) {
      yield [`${feature.name}.${part}`, readFeaturePart(feature, part, scope.profiles, clock)];
    }
  }
}
