import type { Rulebook } from '../model/rulebook.ts';
import type { Drafts } from './drafts.ts';

/**
 * Challengers: rulebooks that decide on the customers of an arm. What a challenger's files define takes the place of the
 * definitions of the same name, or is added; everything else is the book's own. Whatever a customer's events come to
 * (features, segments, consent, outcomes) is therefore the same under every book.
 */

/** The drafts of a book with those of one of its challengers. */
export function withChallenger(base: Drafts, name: string): Drafts {
  const own = base.challengers.get(name);
  if (!own) return base;
  return {
    ...base,
    actions: base.actions.overlaidBy(own.actions),
    placements: base.placements.overlaidBy(own.placements),
    policies: base.policies.overlaidBy(own.policies),
    hierarchy: base.hierarchy.overlaidBy(own.hierarchy),
    arbitration: own.arbitration.draft ? own.arbitration : base.arbitration,
    groups: new Set([...base.groups, ...own.groups]),
    issues: new Set([...base.issues, ...own.issues]),
    tests: own.tests,
  };
}

/** A challenger that was compiled by itself, with the book's own parts where the two are the same anyway. */
export function sharing(challenger: Rulebook, base: Rulebook): Rulebook {
  const { timeZones, jurisdictions, segments, segmentation, conditions, identity, privacy, overlays } = base;
  const { features, featuresByEvent, channels, budgets, triggers, triggersByEvent } = base;
  const { outcomesByEvent, conversionRules, consentByEvent, learning } = base;
  return {
    ...challenger,
    timeZones,
    jurisdictions,
    segments,
    segmentation,
    conditions,
    identity,
    privacy,
    overlays,
    features,
    featuresByEvent,
    channels,
    budgets,
    triggers,
    triggersByEvent,
    outcomesByEvent,
    conversionRules,
    consentByEvent,
    learning: { ...learning, levels: challenger.learning.levels },
  };
}

/** Requests and triggers ask for placements before anybody knows which book will answer. */
export function refuseMovedPlacements(drafts: Drafts): void {
  for (const [name, own] of drafts.challengers) {
    for (const { name: placement, value, at } of own.placements.drafts) {
      const known = drafts.placements.drafts.find((draft) => draft.name === placement);
      if (!drafts.placements.has(placement)) {
        at.error(
          'NBR_UNKNOWN_PLACEMENT',
          `${at.label}: found the placement \`${placement}\` in the challenger \`${name}\` alone, expected one that the book defines as well.`,
        );
      } else if (known && known.value.channel !== value.channel) {
        const place = at.at('channel');
        place.error(
          'NBR_WRONG_CHANNEL',
          `${place.label}: found the channel \`${value.channel}\`, expected \`${known.value.channel}\`, which is that of the book's own placement \`${placement}\`.`,
        );
      }
    }
  }
}
