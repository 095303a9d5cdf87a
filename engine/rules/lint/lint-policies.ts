import type { ContactPolicy, Counted, FrequencyCap } from '../../model/contact-policy.ts';
import type { Rulebook } from '../../model/rulebook.ts';
import type { Cursor } from '../cursor.ts';
import type { PolicyFields } from '../policy-shape.ts';
import type { Draft } from '../register.ts';
import { type Cap, channelsOf, lintCovered } from './lint-covered-caps.ts';
import type { LintedBook } from './linted-book.ts';

/** Policies that can never bind, and policies that leave nothing. */
export function lintPolicies(book: LintedBook): void {
  const { rulebook, drafts } = book;
  const caps: Cap[] = [];
  for (const [order, draft] of drafts.policies.drafts.entries()) {
    const policy = rulebook.policies[order];
    if (!policy) continue;
    const cap = asCap(policy);
    if (cap) caps.push({ policy: cap, draft, order });
    lintPolicy(book, policy, draft);
  }
  for (const cap of caps) if (cap.policy.limit > 0) lintCovered(book, cap, caps);
}

/** A cool-down is a cap of one whose window is the pause. */
function asCap(policy: ContactPolicy): FrequencyCap | undefined {
  if (policy.kind === 'cap') return policy;
  if (policy.kind !== 'cool-down') return undefined;
  const { pauseMs: ms, ...rest } = policy;
  return { ...rest, kind: 'cap', limit: 1, window: { kind: 'rolling', ms } };
}

type PolicyDraft = Draft<PolicyFields>;

function lintPolicy(book: LintedBook, policy: ContactPolicy, draft: PolicyDraft): void {
  switch (policy.kind) {
    case 'cap':
      if (policy.limit === 0) lintZero(book, policy, draft);
      else lintOutcome(book, { policy, counts: policy.counts, at: draft.at.at('counts') });
      return;
    case 'rest': {
      const at = draft.at.at('after', 'outcome');
      lintOutcome(book, { policy, counts: policy.after.outcome, at });
      return;
    }
    case 'forbid':
      lintForbid(book, policy, draft);
      return;
    case 'hours':
      return;
    case 'exclusive':
      lintExclusive(book, policy, draft);
      lintOutcome(book, { policy, counts: policy.counts, at: draft.at.at('counts') });
      return;
    default:
      lintOutcome(book, { policy, counts: policy.counts, at: draft.at.at('counts') });
  }
}

function lintForbid({ rulebook, warn }: LintedBook, policy: ContactPolicy, { name, at }: PolicyDraft): void {
  if (policy.when || !matchesAll(policy, rulebook)) return;
  warn({
    code: 'NBR_FORBIDS_EVERYTHING',
    at: at.at('forbid'),
    message: `the policy \`${name}\`: found that it forbids all contacts with everybody, expected a \`match\` or a \`when\`; nothing is ever shown to anybody.`,
    hint: 'Say with `match` which contacts are forbidden, or with `when` to whom.',
  });
}

function lintExclusive(
  { rulebook, warn }: LintedBook,
  { match }: ContactPolicy,
  { name, at }: PolicyDraft,
): void {
  const { actions, groups, treatments } = match;
  const named = [...rulebook.actions.values()].filter(
    (action) =>
      (actions.length === 0 || actions.includes(action.name)) &&
      (groups.length === 0 || groups.includes(action.group)) &&
      (treatments.length === 0 || treatments.some((one) => one.startsWith(`${action.name}/`))),
  );
  if (named.length > 1) return;
  warn({
    code: 'NBR_NO_EFFECT',
    at: at.at('match'),
    message: `the policy \`${name}\`: expected a choice between several actions, found ${named.length === 0 ? 'none' : `only \`${named[0]?.name}\``}.`,
    hint: 'Name the actions, or their group, of which only one may be shown.',
  });
}

function lintZero({ rulebook, warn }: LintedBook, policy: FrequencyCap, { name, at }: PolicyDraft): void {
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
  { match: { channels, placements, groups, actions, treatments } }: ContactPolicy,
  rulebook: Rulebook,
): boolean {
  const hasAll = (names: readonly string[], all: Iterable<string>) =>
    names.length === 0 || [...all].every((name) => names.includes(name));
  return (
    groups.length + actions.length + treatments.length === 0 &&
    hasAll(channels, rulebook.channels.keys()) &&
    hasAll(placements, rulebook.placements.keys())
  );
}

/** A count of an outcome that nothing reports. A book without outcomes may be told of them in another way. */
function lintOutcome(
  { rulebook, drafts, warn }: LintedBook,
  { policy, counts, at }: { readonly policy: ContactPolicy; readonly counts: Counted; readonly at: Cursor },
): void {
  const { name, match } = policy;
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
    at,
    message: `the policy \`${name}\`: found that it counts \`${counts}\`, expected an outcome that a rule of \`outcomes\` reports for its contacts; unless a channel reports it over HTTP, it never comes to bind.`,
    hint: `Say in \`outcomes\` which event tells of \`${counts}\`.`,
  });
}
