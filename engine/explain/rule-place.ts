import type { Frame } from '../decide/frame.ts';
import type { Position } from '../model/condition.ts';
import type { Reason } from '../model/decision.ts';
import type { RulePlace } from '../model/explanation.ts';
import type { DefinitionKind, Rulebook } from '../model/rulebook.ts';
import { failingPlace } from '../rules/conditions/explain-failure.ts';

/** Where the rule that spoke stands; undefined where the reason is no rule's. */
export function placeOfReason({ input: { rulebook }, facts }: Frame, reason: Reason): RulePlace | undefined {
  const action = rulebook.actions.get(reason.action);
  const treatment = action?.treatments.find(({ name }) => name === reason.treatment);
  const own = (key: string) => rulebook.places.named.action.get(reason.action)?.at(key);
  switch (reason.code) {
    case 'eligibility':
    case 'applicability':
    case 'suitability': {
      const conditions = [action?.[reason.code], treatment?.policy?.[reason.code]];
      for (const condition of conditions) {
        const place = condition && failingPlace(condition, facts);
        if (place) return toPlace(place);
      }
      return undefined;
    }
    case 'not-valid-now':
      return toPlace(own('valid'));
    case 'no-treatment':
      return toPlace(own('treatments'));
    case 'consent':
      return toPlace(own('purpose'));
    case 'not-worth-its-cost':
      return toPlace(own('cost'));
    case 'contact-policy':
      return named(rulebook, 'policy', reason);
    case 'quiet-hours':
      return named(rulebook, 'quietHours', reason);
    case 'budget':
    case 'paced':
      return named(rulebook, 'budget', reason);
    case 'holdout':
    case 'other-arm':
      return named(rulebook, 'experiment', reason) ?? toPlace(rulebook.places.settings.get('holdout'));
    default:
      return undefined;
  }
}

function named({ places }: Rulebook, kind: DefinitionKind, { by }: Reason): RulePlace | undefined {
  return by === undefined ? undefined : toPlace(places.named[kind].get(by));
}

function toPlace(position: Position | undefined): RulePlace | undefined {
  return position && { file: position.file, line: position.place.line, column: position.place.column };
}
