import type { Rulebook } from '../model/rulebook.ts';
import type { RulebookCounts } from '../model/rulebook-history.ts';

/** What a rulebook holds, in figures. */
export function countRulebook(rulebook: Rulebook): RulebookCounts {
  return {
    actions: rulebook.actions.size,
    channels: rulebook.channels.size,
    placements: rulebook.placements.size,
    features: rulebook.features.size,
    policies: rulebook.policies.length,
    budgets: rulebook.budgets.size,
    triggers: rulebook.triggers.size,
    tests: [rulebook, ...rulebook.challengers.values()].reduce((sum, { tests }) => sum + tests.length, 0),
  };
}
