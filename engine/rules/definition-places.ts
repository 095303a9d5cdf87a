import type { DefinitionPlace } from '../model/condition.ts';
import type { DefinitionPlaces } from '../model/rulebook.ts';
import type { Drafts } from './drafts.ts';

/** Where everything that a sound book defines stands in its files. */
export function placesOf(drafts: Drafts, consent: DefinitionPlaces['consent']): DefinitionPlaces {
  const settings = new Map<string, DefinitionPlace>();
  for (const name of [
    'arbitration',
    'learning',
    'holdout',
    'degraded',
    'identity',
    'currency',
    'timeZone',
    'jurisdiction',
    'privacy',
  ] as const) {
    const { draft } = drafts[name];
    if (draft) settings.set(name, draft.at);
  }
  return {
    named: {
      action: drafts.actions.places,
      feature: drafts.features.places,
      channel: drafts.channels.places,
      placement: drafts.placements.places,
      policy: drafts.policies.places,
      quietHours: drafts.quietHours.places,
      budget: drafts.budgets.places,
      trigger: drafts.triggers.places,
      outcome: drafts.outcomes.places,
      condition: drafts.conditions.places,
      segment: drafts.segments.places,
      overlay: drafts.overlays.places,
      hierarchy: drafts.hierarchy.places,
      experiment: drafts.experiments.places,
    },
    consent,
    settings,
  };
}
