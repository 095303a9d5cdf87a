import type { ContactPolicy, PolicyScope, Rulebook } from '../../model/rulebook.ts';
import type { PolicyFields } from '../compile-policies.ts';
import type { Draft } from '../register.ts';
import { type LintedBook, placeInWords } from './linted-book.ts';

/** Caps that can never bind, and caps that leave nothing. */
export function lintPolicies(book: LintedBook): void {
  const { rulebook, drafts } = book;
  const caps = drafts.policies.drafts.flatMap((draft, index): readonly Cap[] => {
    const policy = rulebook.policies[index];
    return policy ? [{ policy, draft, order: index }] : [];
  });
  for (const cap of caps) {
    if (cap.policy.limit === 0) lintZero(book, cap);
    else {
      lintCovered(book, cap, caps);
      lintOutcome(book, cap);
    }
  }
  const holdout = drafts.holdout.draft;
  if (holdout?.value.share === 1) {
    book.warn({
      code: 'NBR_FORBIDS_EVERYTHING',
      at: holdout.at.at('share'),
      message:
        'the hold-out: found a share of 1, expected one below 1; every customer is held out, so nothing is ever shown.',
      hint: 'Write 0.05 to hold out one customer in twenty.',
    });
  }
}

interface Cap {
  readonly policy: ContactPolicy;
  readonly draft: Draft<PolicyFields>;
  /** Position in the book. */
  readonly order: number;
}

function lintZero({ rulebook, warn }: LintedBook, { policy, draft: { name, at } }: Cap): void {
  const found = `the policy \`${name}\`: found a limit of 0`;
  if (policy.counts !== 'decided') {
    warn({
      code: 'NBR_FORBIDS_EVERYTHING',
      at: at.at('limit'),
      message: `${found}, which forbids every contact it speaks of from the start, expected 1 or more where \`${policy.counts}\` is counted.`,
      hint: `With \`limit: 1\` the first \`${policy.counts}\` is the last.`,
    });
  } else if (matchesAll(policy, rulebook)) {
    warn({
      code: 'NBR_FORBIDS_EVERYTHING',
      at: at.at('limit'),
      message: `${found} for all contacts, expected 1 or more; nothing is ever shown to anybody.`,
      hint: 'Say with `match` which contacts are forbidden.',
    });
  }
}

function matchesAll(
  { match: { channels, placements, groups, actions } }: ContactPolicy,
  rulebook: Rulebook,
): boolean {
  const hasAll = (names: readonly string[], all: Iterable<string>) =>
    names.length === 0 || [...all].every((name) => names.includes(name));
  return (
    groups.length + actions.length === 0 &&
    hasAll(channels, rulebook.channels.keys()) &&
    hasAll(placements, rulebook.placements.keys())
  );
}

/** A cap below which another one always stays. */
function lintCovered({ rulebook, warn }: LintedBook, cap: Cap, caps: readonly Cap[]): void {
  const other = caps.find((one) => one !== cap && one.policy.limit > 0 && covers(one, cap, rulebook));
  if (!other) return;
  const { policy } = other;
  warn({
    code: 'NBR_CAP_NEVER_BINDS',
    at: cap.draft.at,
    message:
      `the policy \`${cap.policy.name}\`: expected a cap that can be reached, found that \`${policy.name}\` ` +
      `(${placeInWords(other.draft.at)}) always stops the same contacts first or at the same moment.`,
    hint: `\`${policy.name}\` allows ${policy.limit} in ${inWords(policy.windowMs)}. Delete one of the two, or lower this limit.`,
  });
}

/**
 * Whether `one` counts every contact that `other` counts, into a tally that is at least as wide, and stops no later. Of
 * two that cover each other the first stays.
 */
function covers(one: Cap, other: Cap, rulebook: Rulebook): boolean {
  if (!stopsFirst(one.policy, other.policy, rulebook)) return false;
  return one.order < other.order || !stopsFirst(other.policy, one.policy, rulebook);
}

function stopsFirst(one: ContactPolicy, other: ContactPolicy, rulebook: Rulebook): boolean {
  return (
    one.counts === other.counts &&
    one.limit <= other.limit &&
    one.windowMs >= other.windowMs &&
    (widerScopes[other.scope].includes(one.scope) || isOneTally(one.scope, other, rulebook)) &&
    includesMatch(one, other, rulebook)
  );
}

/** Scopes whose tallies contain those of a scope. A treatment belongs to one action and one channel, and so on. */
const widerScopes: Readonly<Record<PolicyScope, readonly PolicyScope[]>> = {
  customer: ['customer'],
  channel: ['channel', 'customer'],
  placement: ['placement', 'channel', 'customer'],
  group: ['group', 'customer'],
  action: ['action', 'group', 'customer'],
  treatment: ['treatment', 'action', 'group', 'channel', 'customer'],
};

/** Whether all contacts that a policy matches fall into one tally of a scope. */
function isOneTally(scope: PolicyScope, { match }: ContactPolicy, rulebook: Rulebook): boolean {
  switch (scope) {
    case 'channel':
      return channelsOf(match, rulebook)?.size === 1;
    case 'placement':
      return match.placements.length === 1;
    case 'group':
      return match.groups.length === 1;
    case 'action':
      return match.actions.length === 1;
    default:
      return false;
  }
}

function includesMatch(
  { match: one }: ContactPolicy,
  { match: other }: ContactPolicy,
  rulebook: Rulebook,
): boolean {
  return (
    isWithin(other.placements, one.placements) &&
    isWithin(other.actions, one.actions) &&
    (isWithin(other.channels, one.channels) ||
      isWithin(
        other.placements.flatMap((name) => rulebook.placements.get(name)?.channel ?? []),
        one.channels,
      )) &&
    (isWithin(other.groups, one.groups) ||
      isWithin(
        other.actions.flatMap((name) => rulebook.actions.get(name)?.group ?? []),
        one.groups,
      ))
  );
}

/** An empty list stands for everything. */
function isWithin(narrow: readonly string[], wide: readonly string[]): boolean {
  return wide.length === 0 || (narrow.length > 0 && narrow.every((name) => wide.includes(name)));
}

/** A cap on an outcome that nothing reports. A book without outcomes may be told of them in another way. */
function lintOutcome({ rulebook, drafts, warn }: LintedBook, { policy, draft: { name, at } }: Cap): void {
  const { counts, match } = policy;
  if (counts === 'decided' || drafts.outcomes.drafts.length === 0) return;
  const channels = channelsOf(match, rulebook);
  const isReported = drafts.outcomes.drafts.some(
    ({ value }) =>
      value.outcome === counts &&
      (value.channels.length === 0 ||
        channels === undefined ||
        value.channels.some((channel) => channels.has(channel))),
  );
  if (isReported) return;
  warn({
    code: 'NBR_CAP_NEVER_BINDS',
    at: at.at('counts'),
    message: `the policy \`${name}\`: found that it counts \`${counts}\`, expected an outcome that a rule of \`outcomes\` reports for its contacts; unless a channel reports it over HTTP, the limit is never reached.`,
    hint: `Say in \`outcomes\` which event tells of \`${counts}\`.`,
  });
}

/** The channels a match speaks of; undefined for all. */
function channelsOf(match: ContactPolicy['match'], rulebook: Rulebook): ReadonlySet<string> | undefined {
  if (match.channels.length > 0) return new Set(match.channels);
  if (match.placements.length === 0) return undefined;
  return new Set(match.placements.flatMap((name) => rulebook.placements.get(name)?.channel ?? []));
}

const units = [
  ['week', 604_800_000],
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1_000],
] as const;

/** A duration in the largest unit that measures it whole. */
function inWords(ms: number): string {
  const [unit, size] = units.find(([, length]) => ms % length === 0) ?? ['millisecond', 1];
  const count = ms / size;
  return `${count} ${unit}${count === 1 ? '' : 's'}`;
}
