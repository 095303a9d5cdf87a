import type { ContactWindow, FrequencyCap, PolicyScope } from '../../model/contact-policy.ts';
import { canonicalJson, type Json } from '../../model/json.ts';
import type { Rulebook } from '../../model/rulebook.ts';
import type { PolicyFields } from '../policy-shape.ts';
import type { Draft } from '../register.ts';
import { type LintedBook, placeInWords } from './linted-book.ts';

/** A cap, or a cool-down read as a cap of one, with where it is written. */
export interface Cap {
  readonly policy: FrequencyCap;
  readonly draft: Draft<PolicyFields>;
  /** Position in the book. */
  readonly order: number;
}

/** A cap below which another one always stays. */
export function lintCovered({ rulebook, warn }: LintedBook, cap: Cap, caps: readonly Cap[]): void {
  const other = caps.find((one) => one !== cap && one.policy.limit > 0 && covers(one, cap, rulebook));
  if (!other) return;
  const { policy } = other;
  warn({
    code: 'NBR_CAP_NEVER_BINDS',
    at: cap.draft.at,
    message:
      `the policy \`${cap.policy.name}\`: expected a cap that can be reached, found that \`${policy.name}\` ` +
      `(${placeInWords(other.draft.at)}) always stops the same contacts first or at the same moment.`,
    hint: `\`${policy.name}\` allows ${policy.limit} ${windowInWords(policy.window)}. Delete one of the two, or lower this limit.`,
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

function stopsFirst(one: FrequencyCap, other: FrequencyCap, rulebook: Rulebook): boolean {
  return (
    one.counts === other.counts &&
    one.limit <= other.limit &&
    holds(one.window, other.window) &&
    (one.reserveMs ?? 0) >= (other.reserveMs ?? 0) &&
    bindsAll(one, other) &&
    isNeverPassedOver(one, other, rulebook) &&
    (widerScopes[other.scope].includes(one.scope) || isOneTally(one.scope, other, rulebook)) &&
    includesMatch(one, other, rulebook)
  );
}

/** Scopes whose tallies contain those of a scope. A treatment belongs to one action and one channel, and so on. */
const widerScopes: Readonly<Record<PolicyScope, readonly PolicyScope[]>> = {
  customer: ['customer'],
  channel: ['channel', 'customer'],
  placement: ['placement', 'channel', 'customer'],
  issue: ['issue', 'customer'],
  group: ['group', 'issue', 'customer'],
  action: ['action', 'group', 'issue', 'customer'],
  treatment: ['treatment', 'action', 'group', 'issue', 'channel', 'customer'],
};

/** Whether all contacts that a policy matches fall into one tally of a scope. */
function isOneTally(scope: PolicyScope, { match }: FrequencyCap, rulebook: Rulebook): boolean {
  switch (scope) {
    case 'channel':
      return channelsOf(match, rulebook)?.size === 1;
    case 'placement':
      return match.placements.length === 1;
    case 'group':
      return match.groups.length === 1;
    case 'action':
      return match.actions.length === 1;
    case 'treatment':
      return match.treatments.length === 1;
    default:
      return false;
  }
}

function includesMatch(
  { match: one }: FrequencyCap,
  { match: other }: FrequencyCap,
  rulebook: Rulebook,
): boolean {
  return (
    isWithin(other.placements, one.placements) &&
    isWithin(other.actions, one.actions) &&
    isWithin(other.treatments, one.treatments) &&
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

/** Whether every contact that counts in the one window counts in the other. */
function holds(wide: ContactWindow, narrow: ContactWindow): boolean {
  if (wide.kind === 'ever') return true;
  if (wide.kind === 'rolling' && narrow.kind === 'rolling') return wide.ms >= narrow.ms;
  return canonicalJson(wide) === canonicalJson(narrow);
}

function bindsAll(one: FrequencyCap, other: FrequencyCap): boolean {
  return !one.when || (other.when !== undefined && areSame(one.when.source, other.when.source));
}

/** Whether every mandatory action that passes over the one passes over the other as well. */
function isNeverPassedOver(one: FrequencyCap, other: FrequencyCap, { actions }: Rulebook): boolean {
  return [...actions.values()].every(({ mandatory: { overrides = [] } = {} }) => {
    return overrides === 'all' || !overrides.includes(one.name) || overrides.includes(other.name);
  });
}

function areSame(one: Json, other: Json): boolean {
  return canonicalJson(one) === canonicalJson(other);
}

/** The channels a match speaks of; undefined for all. */
export function channelsOf(
  match: FrequencyCap['match'],
  rulebook: Rulebook,
): ReadonlySet<string> | undefined {
  if (match.channels.length > 0) return new Set(match.channels);
  if (match.placements.length === 0) return undefined;
  return new Set(match.placements.flatMap((name) => rulebook.placements.get(name)?.channel ?? []));
}

function windowInWords(window: ContactWindow): string {
  switch (window.kind) {
    case 'rolling':
      return `in ${inWords(window.ms)}`;
    case 'calendar':
      return `a ${window.period}`;
    case 'ever':
      return 'for ever';
    default:
      return `a ${window.kind}`;
  }
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
