import { canonicalJson } from '../../model/json.ts';
import type { ConsentRule, ContextWeight, Rulebook } from '../../model/rulebook.ts';
import type { Comparison } from './comparison.ts';
import { conditionKey, type NewNames, withNames } from './condition-key.ts';
import { renamed } from './pairing.ts';

/**
 * Rules of consent and context weights have no names: one is known again by what it is about (the permission, or the
 * actions that are weighed). Those that did not change at all are paired first, so that their order means nothing.
 */

export interface Unnamed<T> {
  readonly pairs: readonly { readonly before: T; readonly after: T }[];
  readonly added: readonly T[];
  readonly removed: readonly T[];
}

export function pairConsent({ before, after, reading }: Comparison): Unnamed<ConsentRule> {
  const keyed = (names: NewNames | undefined) => (rule: ConsentRule) => {
    const { events, where, expiresMs = null, expiresFrom = [] } = rule;
    const whole = canonicalJson([events, ownKey(where, names), expiresMs, expiresFrom]);
    return { about: permissionOf(rule), whole };
  };
  return pairInOrder(
    { rules: consentRules(before), keysOf: keyed(reading.names) },
    { rules: consentRules(after), keysOf: keyed(undefined) },
  );
}

export function consentRules(book: Rulebook): readonly ConsentRule[] {
  return [...new Set([...book.consentByEvent.values()].flat())];
}

const verbs = { granted: 'grants', denied: 'denies', withdrawn: 'withdraws' } as const;

/** As it is written in the file: `grants marketing`, `withdraws marketing/email`. */
export function permissionOf({ status, purpose, channel }: ConsentRule): string {
  return `${verbs[status]} ${purpose}${channel === undefined ? '' : `/${channel}`}`;
}

export function pairWeights({ before, after, reading }: Comparison): Unnamed<ContextWeight> {
  const keyed =
    (names: NewNames | undefined, actionNames: ReadonlyMap<string, string>) => (rule: ContextWeight) => {
      const { groups, actions, treatments, weight, when } = rule;
      const about = canonicalJson([
        [...groups].sort(),
        [...renamed(actions, actionNames)].sort(),
        treatments.map((treatment) => renamedTreatment(treatment, actionNames)).sort(),
      ]);
      return { about, whole: canonicalJson([weight, ownKey(when, names)]) };
    };
  return pairInOrder(
    { rules: before.arbitration.contextWeights, keysOf: keyed(reading.names, reading.actions) },
    { rules: after.arbitration.contextWeights, keysOf: keyed(undefined, new Map()) },
  );
}

/** `action/treatment`. */
function renamedTreatment(written: string, actionNames: ReadonlyMap<string, string>): string {
  const slash = written.indexOf('/');
  const action = written.slice(0, slash);
  return `${actionNames.get(action) ?? action}${written.slice(slash)}`;
}

function ownKey(condition: ContextWeight['when'] | undefined, names: NewNames | undefined): string {
  if (!condition) return '';
  return conditionKey(names ? withNames(condition.tree, names) : condition.tree, 'own');
}

interface Keyed<T> {
  readonly rules: readonly T[];
  readonly keysOf: (rule: T) => { readonly about: string; readonly whole: string };
}

function pairInOrder<T>(before: Keyed<T>, after: Keyed<T>): Unnamed<T> {
  const left = after.rules.map((rule) => ({ rule, ...after.keysOf(rule) }));
  const pairs: { before: T; after: T }[] = [];
  const take = (rule: T, fits: (candidate: (typeof left)[number]) => boolean): boolean => {
    const found = left.findIndex(fits);
    if (found < 0) return false;
    for (const { rule: other } of left.splice(found, 1)) pairs.push({ before: rule, after: other });
    return true;
  };
  const changed = before.rules.filter((rule) => {
    const { about, whole } = before.keysOf(rule);
    return !take(rule, (candidate) => candidate.about === about && candidate.whole === whole);
  });
  const removed = changed.filter((rule) => {
    const { about } = before.keysOf(rule);
    return !take(rule, (candidate) => candidate.about === about);
  });
  return { pairs, added: left.map(({ rule }) => rule), removed };
}
