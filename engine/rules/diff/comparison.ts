import type { NamedNode } from '../../model/condition.ts';
import { canonicalJson } from '../../model/json.ts';
import type {
  Action,
  Budget,
  Channel,
  ContactPolicy,
  Feature,
  OutcomeRule,
  Overlay,
  Placement,
  Rulebook,
  Trigger,
} from '../../model/rulebook.ts';
import { conditionUses } from '../condition-uses.ts';
import { type FactDomains, factDomains } from '../meaning/fact-domain.ts';
import { conditionKey, namedIn, withNames } from './condition-key.ts';
import {
  actionKey,
  featureKey,
  outcomeKey,
  placementKey,
  policyKey,
  type Reading,
  triggerKey,
} from './content-keys.ts';
import { type Pairing, pairUp } from './pairing.ts';

/** Two books side by side: what of the one is what of the other. */
export interface Comparison {
  readonly before: Rulebook;
  readonly after: Rulebook;
  /** How names of the old book are read; those of the new one stand for themselves. */
  readonly reading: Reading;
  /** Of the facts of both books, by their new names. */
  readonly domains: FactDomains;
  /** Shared conditions that are used somewhere and all segments, by what they are and their name. */
  readonly shared: Pairing<NamedNode>;
  readonly features: Pairing<Feature>;
  readonly channels: Pairing<Channel>;
  readonly placements: Pairing<Placement>;
  readonly budgets: Pairing<Budget>;
  readonly actions: Pairing<Action>;
  readonly policies: Pairing<ContactPolicy>;
  readonly triggers: Pairing<Trigger>;
  readonly outcomes: Pairing<OutcomeRule>;
}

const none: ReadonlyMap<string, string> = new Map();
const asWritten: Reading = {
  names: { facts: none, shared: none },
  placements: none,
  budgets: none,
  actions: none,
};

type Keyed<T> = (definition: T, reading: Reading) => string;

/** Names are paired in the order in which definitions name each other. */
export function compareBooks(before: Rulebook, after: Rulebook): Comparison {
  let reading = asWritten;
  const pair = <T>(one: ReadonlyMap<string, T>, other: ReadonlyMap<string, T>, key: Keyed<T>): Pairing<T> =>
    pairUp(one, other, {
      before: (definition) => key(definition, reading),
      after: (definition) => key(definition, asWritten),
    });
  const features = pair(before.features, after.features, featureKey);
  const facts = factRenames(before, features);
  reading = { ...reading, names: { facts, shared: none } };
  const shared = pair(sharedIn(before), sharedIn(after), sharedKey);
  reading = { ...reading, names: { facts, shared: sharedRenames(shared) } };
  const placements = pair(before.placements, after.placements, placementKey);
  const budgets = pair(before.budgets, after.budgets, ({ name: _name, ...budget }) => canonicalJson(budget));
  reading = { ...reading, placements: placements.renames, budgets: budgets.renames };
  const actions = pair(before.actions, after.actions, actionKey);
  reading = { ...reading, actions: actions.renames };
  return {
    before,
    after,
    reading,
    domains: domainsOf(features, lastingOverlays(before, after)),
    shared,
    features,
    // A channel says too little of itself to be known again under another name.
    channels: pair(before.channels, after.channels, ({ name }) => name),
    placements,
    budgets,
    actions,
    policies: pair(byName(before.policies), byName(after.policies), policyKey),
    triggers: pair(before.triggers, after.triggers, triggerKey),
    outcomes: pair(outcomesOf(before), outcomesOf(after), outcomeKey),
  };
}

function byName<T extends { readonly name: string }>(definitions: Iterable<T>): ReadonlyMap<string, T> {
  return new Map([...definitions].map((definition) => [definition.name, definition]));
}

function outcomesOf(book: Rulebook): ReadonlyMap<string, OutcomeRule> {
  return byName([...book.outcomesByEvent.values()].flat());
}

function sharedIn(book: Rulebook): ReadonlyMap<string, NamedNode> {
  const found = new Map<string, NamedNode>();
  for (const { name, when } of book.segments.values()) {
    const node = { kind: 'named', what: 'segment', name, child: when.tree, at: when.tree.at } as const;
    found.set(sharedName(node), { ...node, test: when.tree.test });
  }
  for (const { condition } of conditionUses(book)) {
    for (const node of namedIn(condition.tree)) found.set(sharedName(node), node);
  }
  return found;
}

export function sharedName({ what, name }: Pick<NamedNode, 'what' | 'name'>): string {
  return `${what} ${name}`;
}

function sharedKey({ what, child }: NamedNode, { names }: Reading): string {
  return `${what} ${conditionKey(withNames(child, names), 'whole')}`;
}

function sharedRenames({ renames }: Pairing<NamedNode>): ReadonlyMap<string, string> {
  // The new name without what it is.
  return new Map([...renames].map(([from, to]) => [from, to.slice(to.indexOf(' ') + 1)]));
}

/** With the parts of features that got another name, as far as conditions read them. */
function factRenames({ facts }: Rulebook, { renames }: Pairing<Feature>): ReadonlyMap<string, string> {
  const names = new Map(renames);
  if (renames.size === 0) return names;
  for (const { name, source } of facts) {
    if (source.kind !== 'feature' || source.part === undefined) continue;
    const feature = renames.get(source.feature);
    if (feature !== undefined) names.set(name, `${feature}.${source.part}`);
  }
  return names;
}

/** A feature that is of another kind now could be anything to a comparison of both books. */
function domainsOf({ pairs, added, removed }: Pairing<Feature>, overlays: Overlays): FactDomains {
  const known = new Map([...added, ...removed]);
  for (const { name, before, after } of pairs) if (isAlike(before, after)) known.set(name, after);
  return factDomains(known, overlays);
}

type Overlays = ReadonlyMap<string, Pick<Overlay, 'attributes'>>;

/** An attribute of another type now could be anything as well. */
function lastingOverlays(before: Rulebook, after: Rulebook): Overlays {
  const lasting = new Map<string, Pick<Overlay, 'attributes'>>();
  for (const name of new Set([...before.overlays.keys(), ...after.overlays.keys()])) {
    const was = before.overlays.get(name)?.attributes ?? {};
    const all = { ...was, ...after.overlays.get(name)?.attributes };
    const kept = Object.entries(all).filter(([attribute, type]) => (was[attribute] ?? type) === type);
    lasting.set(name, { attributes: Object.fromEntries(kept) });
  }
  return lasting;
}

/** Whether values of the one are values that the other may have as well. */
function isAlike(before: Feature, after: Feature): boolean {
  const isSame = (one: unknown, other: unknown) => (one === undefined) === (other === undefined);
  return before.kind === after.kind && isSame(before.by, after.by) && isSame(before.of, after.of);
}
