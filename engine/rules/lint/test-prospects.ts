import { concerns } from '../../decide/contact-policy.ts';
import type { DecisionId } from '../../model/ids.ts';
import type { Action, Candidate, Placement, Rulebook, RulebookTest } from '../../model/rulebook.ts';
import { alwaysValid } from '../compile-actions.ts';

/** The placement that a test asks for, with what matters to its prospects. */
export interface AskedPlacement {
  readonly placement: Placement;
  readonly rulebook: Rulebook;
  /** The moment of the decision; absent: whenever the test is run. */
  readonly at: number | undefined;
  readonly candidates: ReadonlyMap<string, Candidate>;
  /** Candidates with a treatment for it. */
  readonly rivals: number;
}

export function askedPlacement(test: RulebookTest, rulebook: Rulebook): AskedPlacement | undefined {
  const placement = rulebook.placements.get(test.placement);
  if (!placement) return undefined;
  const candidates = new Map(placement.candidates.map((candidate) => [candidate.action.name, candidate]));
  const rivals = placement.candidates.filter(({ treatments }) => treatments.length > 0).length;
  return { placement, rulebook, at: test.at, candidates, rivals };
}

/** Why a test can never see this action in a rank or as `in`; undefined when it may. */
export function obstacleToShowing(name: string, asked: AskedPlacement): string | undefined {
  const candidate = asked.candidates.get(name);
  const { placement } = asked;
  if (!candidate || candidate.treatments.length === 0) {
    return `\`${name}\` has no treatment that may stand in \`${placement.name}\``;
  }
  return isValidThen(candidate.action, asked) === false ? `\`${name}\` is not valid at that time` : undefined;
}

/** Why a test can never see this action leave with this reason; undefined when it may. */
export function obstacleToReason(name: string, code: string, asked: AskedPlacement): string | undefined {
  const { placement } = asked;
  const candidate = asked.candidates.get(name);
  if (!candidate)
    return `\`${name}\` has no treatment in the channel \`${placement.channel}\`, so it is no candidate at all`;
  const validThen = isValidThen(candidate.action, asked);
  if (code === 'not-valid-now') return validThen === true ? `\`${name}\` is valid at that time` : undefined;
  if (validThen === false) return `\`${name}\` is not valid at that time and leaves with \`not-valid-now\``;
  if (code === 'no-treatment') {
    return candidate.treatments.length > 0
      ? `\`${name}\` has a treatment for \`${placement.name}\``
      : undefined;
  }
  if (candidate.treatments.length === 0) {
    return `\`${name}\` has no treatment for \`${placement.name}\` and leaves with \`no-treatment\``;
  }
  return obstacleToLaterReason(candidate, code, asked);
}

/** Of a candidate that is valid and has a treatment. */
function obstacleToLaterReason(
  { action }: Candidate,
  code: string,
  { placement, rulebook, rivals }: AskedPlacement,
): string | undefined {
  const { name } = action;
  switch (code) {
    case 'eligibility':
    case 'applicability':
    case 'suitability':
      return action[code] ? undefined : `\`${name}\` has no \`${code}\``;
    case 'consent':
      return action.purpose === undefined ? `\`${name}\` has no \`purpose\`` : undefined;
    case 'contact-policy':
      return isCapped(action, placement, rulebook)
        ? undefined
        : `no policy speaks of \`${name}\` in \`${placement.name}\``;
    case 'not-worth-its-cost':
      return (action.cost[placement.channel] ?? 0) === 0 || placement.without.has('cost')
        ? `\`${name}\` has no cost in \`${placement.name}\``
        : undefined;
    case 'outranked':
      return rivals <= placement.limit
        ? `\`${placement.name}\` takes ${placement.limit}, and no more actions than that have a treatment for it`
        : undefined;
    default:
      return Object.hasOwn(outOfTests, code) ? outOfTests[code] : undefined;
  }
}

/** Reasons that chance, spending and other placements give, which a test leaves out. */
const outOfTests: Readonly<Record<string, string>> = {
  budget: 'in a test every budget is full',
  holdout: 'in a test nobody is held out',
  'already-placed': 'a test asks for one placement only',
};

function isCapped({ name, group }: Action, placement: Placement, { policies }: Rulebook): boolean {
  const contact = {
    decision: '' as DecisionId,
    at: 0,
    action: name,
    group,
    treatment: '',
    channel: placement.channel,
    placement: placement.name,
  };
  return policies.some((policy) => concerns(policy, contact));
}

/** undefined: it depends on the day on which the test is run. */
function isValidThen({ valid }: Action, { at }: AskedPlacement): boolean | undefined {
  if (at !== undefined) return at >= valid.from && at < valid.until;
  return valid.from === alwaysValid.from && valid.until === alwaysValid.until ? true : undefined;
}
