import { hash32 } from '../chance/hash.ts';
import type { ConditionTree } from '../model/condition.ts';
import type { Feature } from '../model/feature.ts';
import { canonicalJson } from '../model/json.ts';
import { conditionKey } from './diff/condition-key.ts';

/**
 * Gives features the keys under which their states are kept: five URL-safe characters of a hash of what the state means.
 *
 * Invariants
 * 1. Features whose states would be the same have the same key, whatever their names, units and edges.
 * 2. Features whose states would differ have different keys; where hashes meet, the meaning that sorts later gives way.
 * 3. A key begins with a letter: objects put keys that look like numbers first.
 */
export function withKeys(features: readonly Feature[]): readonly Feature[] {
  const meanings = features.map(meaningOf);
  const keys = new Map<string, string>();
  const taken = new Set<string>();
  for (const meaning of [...new Set(meanings)].sort()) {
    let key = keyOf(meaning);
    for (let attempt = 1; taken.has(key); attempt += 1) key = keyOf(`${meaning}\n${attempt}`);
    taken.add(key);
    keys.set(meaning, key);
  }
  return features.map((feature, index) => ({
    ...feature,
    key: keys.get(meanings[index] as string) as string,
  }));
}

/** What has to be equal for a state to be read rightly. */
function meaningOf(feature: Feature): string {
  const { kind, events, of, where, by, windowMs, calendar, exact, latenessMs } = feature;
  const isWindowKept = kind !== 'last' && (windowMs !== undefined || calendar !== undefined);
  return canonicalJson({
    kind,
    events: [...new Set(events)].sort(),
    ...{ of, by, latenessMs },
    where: where && whereKey(where.tree),
    // A state without a window is the same however exact it is, but for a number of different values.
    ...(isWindowKept && { windowMs, calendar }),
    exact: (isWindowKept || kind === 'distinct') && exact,
    ...settingsOf(feature),
  });
}

function settingsOf(feature: Feature): Readonly<Record<string, unknown>> {
  switch (feature.kind) {
    case 'decayed':
      return { halfLifeMs: feature.halfLifeMs };
    case 'score':
      return { halfLifeMs: feature.halfLifeMs, weights: feature.weights };
    case 'sessions':
      return { gapMs: feature.gapMs };
    case 'ratio':
      // It has no state; the key only says which ratio it is.
      return { part: feature.part.key, whole: feature.whole.key };
    default:
      return {};
  }
}

/** Equal for conditions that only differ in the order of their parts, or in whether a part has a name. */
function whereKey(tree: ConditionTree): string {
  switch (tree.kind) {
    case 'test':
      return conditionKey(tree, 'whole');
    case 'named':
      return whereKey(tree.child);
    case 'not':
      return `not(${whereKey(tree.child)})`;
    case 'all':
    case 'any': {
      const parts = [...new Set(tree.children.map(whereKey))].sort();
      return parts.length === 1 ? (parts[0] as string) : `${tree.kind}(${parts.join(',')})`;
    }
  }
}

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const alphabet = `0123456789${letters}-_`;

function keyOf(meaning: string): string {
  let word = hash32(meaning, 0x6b43a9b5);
  let key = letters[word % letters.length] as string;
  word = Math.floor(word / letters.length);
  for (let digit = 0; digit < 4; digit += 1) {
    key += alphabet[word % alphabet.length];
    word = Math.floor(word / alphabet.length);
  }
  return key;
}
