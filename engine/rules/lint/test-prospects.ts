import type { Action, Candidate, Placement, Rulebook, RulebookTest } from '../../model/rulebook.ts';
import { alwaysValid } from '../compile-engagement.ts';

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
  if (code === 'not-valid-now' && candidate.treatments.some(({ policy }) => policy)) return undefined;
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
  candidate: Candidate,
  code: string,
  { placement, rulebook, rivals, at }: AskedPlacement,
): string | undefined {
  const { action, treatments } = candidate;
  const { name } = action;
  switch (code) {
    case 'eligibility':
    case 'applicability':
    case 'suitability':
      return action[code] || treatments.some(({ policy }) => policy?.[code])
        ? undefined
        : `\`${name}\` has no \`${code}\``;
    case 'consent':
      return action.purpose === undefined ? `\`${name}\` has no \`purpose\`` : undefined;
    case 'quiet-hours':
      return obstacleToQuiet(name, placement, rulebook, at);
    case 'contact-policy':
      return isCapped(candidate, placement, rulebook)
        ? undefined
        : `no policy speaks of \`${name}\` in \`${placement.name}\``;
    case 'not-worth-its-cost':
      return !placement.formula &&
        (placement.without.has('cost') || treatments.every(({ cost }) => cost === 0))
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

/** A test that names no time is asked at no time of day. */
function obstacleToQuiet(
  name: string,
  { channel }: Placement,
  { quietHours }: Rulebook,
  at: number | undefined,
): string | undefined {
  const isBound = quietHours.entries.some(
    ({ channels, spared }) => channels.has(channel) && !spared.has(name),
  );
  if (!isBound) return `no quiet hours speak of \`${name}\` in the channel \`${channel}\``;
  return at === undefined ? 'a test without `at` knows no quiet hours' : undefined;
}

/** Reasons that chance, spending and other placements give, which a test leaves out. */
const outOfTests: Readonly<Record<string, string>> = {
  budget: 'in a test every budget is full',
  paced: 'in a test every budget is full',
  'adds-nothing': 'in a test nothing is known of what happens without any action',
  'left-alone': 'in a test nothing is tried out',
  holdout: 'in a test nobody is held out',
  'other-arm': 'in a test no experiment runs but those of `customer.arms`',
  'already-placed': 'a test asks for one placement only',
  coupled: 'a test asks for one placement only',
};

function isCapped({ treatments }: Candidate, placement: Placement, { policyIndex }: Rulebook): boolean {
  return treatments.some((treatment) => policyIndex.of(placement, treatment).length > 0);
}

/** undefined: it depends on the day on which the test is run. */
function isValidThen({ valid }: Action, { at }: AskedPlacement): boolean | undefined {
  if (at !== undefined) return at >= valid.from && at < valid.until;
  return valid.from === alwaysValid.from && valid.until === alwaysValid.until ? true : undefined;
}
