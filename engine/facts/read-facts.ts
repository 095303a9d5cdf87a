import { traitOf, traitsOf } from '../customer/profile.ts';
import { FeatureClock } from '../features/feature-clock.ts';
import { partOfValue, readFeature, readFeaturePart } from '../features/read-feature.ts';
import { day } from '../limits.ts';
import type { Profile } from '../model/customer-state.ts';
import { type CustomerKey, isKnown } from '../model/ids.ts';
import type { JsonObject } from '../model/json.ts';
import type { FactSlot, FactSource, FactValues, Overlay, OverlayByKey, Rulebook } from '../model/rulebook.ts';
import type { TouchpointEvent } from '../model/touchpoint-event.ts';
import { attributeOf } from '../overlays/overlay-values.ts';
import { isOfType } from '../overlays/read-attributes.ts';
import type { ReferenceTable, TablesInForce } from '../overlays/reference-table.ts';
import { readPath } from './read-path.ts';
import { type Guess, jurisdictionGuess, zoneGuess } from './whereabouts.ts';

/** What facts are read from. `now` is an argument, so windows close by themselves. */
export interface FactScope {
  readonly key: CustomerKey;
  readonly profiles: readonly Profile[];
  readonly now: number;
  readonly context: JsonObject;
  readonly event?: unknown;
  /** What was known of the customer before that event; only while the event is being applied. */
  readonly profilesBefore?: readonly Profile[];
  /** The reference tables to look keys up in; absent: none are loaded. */
  readonly tables?: TablesInForce;
  /** Values by fact name that stand in for what the state says; tests and what-ifs use them. */
  readonly overrides?: ReadonlyMap<string, unknown>;
}

/** What facts are read with. */
export type FactBook = Pick<Rulebook, 'features' | 'overlays' | 'timeZones' | 'jurisdictions'>;
/** What tells where a customer is. */
export type PlaceScope = Pick<FactScope, 'profiles' | 'context' | 'now' | 'tables' | 'overrides'>;

/** All facts of a rulebook for one decision, by slot. */
export function readFacts(rulebook: Rulebook, scope: FactScope): FactValues {
  const clock = clockAt(rulebook, scope);
  const readers = readersOf(rulebook);
  const values = new Array<unknown>(readers.length);
  for (let slot = 0; slot < values.length; slot += 1) {
    values[slot] = (readers[slot] as FactReader)(scope, clock);
  }
  if (scope.overrides) override(values, rulebook.facts, scope.overrides);
  return values;
}

function override(
  values: unknown[],
  facts: readonly FactSlot[],
  overrides: ReadonlyMap<string, unknown>,
): void {
  for (const [slot, { name }] of facts.entries()) {
    if (overrides.has(name)) values[slot] = overrides.get(name);
  }
}

type FactReader = (scope: FactScope, clock: FeatureClock) => unknown;

/** Made once for the facts of a book: the same ones are read for every decision. */
const readers = new WeakMap<Rulebook['facts'], readonly FactReader[]>();

function readersOf(rulebook: Rulebook): readonly FactReader[] {
  const known = readers.get(rulebook.facts);
  if (known) return known;
  const made = rulebook.facts.map(({ source }) => readerOf(rulebook, source));
  readers.set(rulebook.facts, made);
  return made;
}

function readerOf(rulebook: Rulebook, source: FactSource): FactReader {
  if (source.kind === 'feature' && source.part === undefined) {
    const feature = rulebook.features.get(source.feature);
    return feature ? ({ profiles }, clock) => readFeature(feature, profiles, clock) : () => undefined;
  }
  return (scope, clock) => readSource(rulebook, source, scope, clock);
}

/** Some facts of a rulebook, by slot; all others are undefined. */
export function readSlots(rulebook: Rulebook, slots: readonly number[], scope: FactScope): FactValues {
  const values = new Array<unknown>(rulebook.facts.length);
  const clock = clockAt(rulebook, scope);
  for (const slot of slots)
    values[slot] = readSource(rulebook, (rulebook.facts[slot] as FactSlot).source, scope, clock);
  return values;
}

/** The facts that an event alone settles; all others are undefined. */
export function readEventFacts({ facts }: Rulebook, event: TouchpointEvent): FactValues {
  const values = new Array<unknown>(facts.length);
  for (const { slot, path } of eventSlotsOf(facts)) values[slot] = readPath(event, path);
  return values;
}

interface EventSlot {
  readonly slot: number;
  readonly path: readonly string[];
}

/** Made once for the facts of a book: every event is read by them. */
const eventSlots = new WeakMap<Rulebook['facts'], readonly EventSlot[]>();

function eventSlotsOf(facts: Rulebook['facts']): readonly EventSlot[] {
  const known = eventSlots.get(facts);
  if (known) return known;
  const made = facts.flatMap(({ source }, slot) =>
    source.kind === 'event' ? [{ slot, path: source.path }] : [],
  );
  eventSlots.set(facts, made);
  return made;
}

/** The clock is an argument of its own: to copy a scope takes longer than to read twenty facts. */
function readSource(
  rulebook: FactBook,
  source: FactSource,
  scope: FactScope,
  clock = clockAt(rulebook, scope),
): unknown {
  switch (source.kind) {
    case 'feature':
      return readFeatureFact(rulebook, source, scope, clock);
    case 'traits':
      return readTrait(scope.profiles, source.path);
    case 'context':
      return readPath(scope.context, source.path);
    case 'event':
      return readPath(scope.event, source.path);
    case 'customer':
      return readCustomer(rulebook, scope, source.path[0]);
    case 'overlay':
      return readOverlay(rulebook, source, scope);
    case 'now':
      return scope.now;
    case 'before':
      return (
        scope.profilesBefore &&
        readSource(rulebook, source.of, { ...scope, profiles: scope.profilesBefore }, clock)
      );
  }
}

function readFeatureFact(
  rulebook: FactBook,
  { feature: name, part }: Extract<FactSource, { readonly kind: 'feature' }>,
  scope: FactScope,
  clock: FeatureClock,
): unknown {
  const feature = rulebook.features.get(name);
  if (!feature) return undefined;
  if (part === undefined) return readFeature(feature, scope.profiles, clock);
  // A feature that a test gives a value has the parts that this value tells.
  return scope.overrides?.has(name) && feature.kind !== 'sessions'
    ? partOfValue(feature, part, scope.overrides.get(name))
    : readFeaturePart(feature, part, scope.profiles, clock);
}

/** What features are read by at the moment of the scope. */
export function clockAt(rulebook: FactBook, scope: PlaceScope): FeatureClock {
  return new FeatureClock(scope.now, () => zoneOf(rulebook, scope).value, rulebook.timeZones);
}

function readOverlay(
  rulebook: FactBook,
  { overlay: name, attribute }: Extract<FactSource, { readonly kind: 'overlay' }>,
  scope: FactScope,
): unknown {
  const overlay = rulebook.overlays.get(name);
  if (!overlay) return undefined;
  if (overlay.join.kind === 'customer') return attributeOf(overlay, attribute, scope);
  const value = tableOf(overlay.join, name, scope)?.read(
    readKey(rulebook, overlay.join, scope),
    attribute,
    scope.now,
  );
  const type = overlay.attributes[attribute];
  return type !== undefined && isOfType(type, value) ? value : undefined;
}

function tableOf(
  { file }: OverlayByKey,
  name: string,
  { tables }: Pick<FactScope, 'tables'>,
): ReferenceTable | undefined {
  return file?.table ?? tables?.table(name);
}

function readKey(rulebook: FactBook, { fact }: OverlayByKey, scope: FactScope): unknown {
  return scope.overrides?.has(fact.name)
    ? scope.overrides.get(fact.name)
    : readSource(rulebook, fact.source, scope);
}

/** All values of one overlay that are known now, as content reads them. */
export function readOverlayValues(
  rulebook: Rulebook,
  overlay: Overlay,
  scope: FactScope,
): Readonly<Record<string, unknown>> {
  const values: Record<string, unknown> = {};
  for (const attribute of Object.keys(overlay.attributes)) {
    const name = overlayFact(overlay.name, attribute);
    const value = scope.overrides?.has(name)
      ? scope.overrides.get(name)
      : readOverlay(rulebook, { kind: 'overlay', overlay: overlay.name, attribute }, scope);
    if (value !== undefined) values[attribute] = value;
  }
  return values;
}

/** What an attribute is called in conditions. */
export function overlayFact(overlay: string, attribute: string): string {
  return `overlay.${overlay}.${attribute}`;
}

/** What an overlay by key is looked up with, and where. */
export function lookUpOf(
  rulebook: Rulebook,
  overlay: Overlay & { readonly join: OverlayByKey },
  scope: FactScope,
): { readonly key: unknown; readonly table: ReferenceTable | undefined } {
  return {
    key: readKey(rulebook, overlay.join, scope),
    table: tableOf(overlay.join, overlay.name, scope),
  };
}

function readTrait(profiles: readonly Profile[], path: readonly string[]): unknown {
  const [name, ...rest] = path;
  return name === undefined ? traitsOf(profiles) : readPath(traitOf(profiles, name), rest);
}

/** Whose clock counts, and what told it. */
export function zoneOf(book: FactBook, scope: PlaceScope): Guess {
  return zoneGuess(book, (fact) => readPlace(book, fact, scope));
}

function jurisdictionOf(book: FactBook, scope: PlaceScope): Guess | undefined {
  return jurisdictionGuess(book, (fact) => readPlace(book, fact, scope));
}

/** No such place is a fact of the customer or reads the clock: a book where one does is not compiled. */
function readPlace(book: FactBook, { name, source }: FactSlot, scope: PlaceScope): unknown {
  if (scope.overrides?.has(name)) return scope.overrides.get(name);
  switch (source.kind) {
    case 'traits':
      return readTrait(scope.profiles, source.path);
    case 'context':
      return readPath(scope.context, source.path);
    default:
      return readSource(book, source, { key: '' as CustomerKey, ...scope });
  }
}

function readCustomer(book: FactBook, scope: FactScope, name: string | undefined): unknown {
  switch (name) {
    case 'timeZone':
      return zoneOf(book, scope).value;
    case 'timeZoneFrom':
      return zoneOf(book, scope).from;
    case 'jurisdiction':
      return jurisdictionOf(book, scope)?.value;
    case 'jurisdictionFrom':
      return jurisdictionOf(book, scope)?.from;
    default:
      return readAge(scope, name);
  }
}

function readAge(scope: FactScope, name: string | undefined): unknown {
  const seen = scope.profiles.filter((profile) => profile.lastSeenAt > 0);
  switch (name) {
    case 'key':
      return scope.key;
    case 'known':
      return isKnown(scope.key);
    case 'daysSinceFirstSeen':
      return daysSince(scope.now, Math.min(...seen.map((profile) => profile.firstSeenAt)));
    case 'daysSinceLastSeen':
      return daysSince(scope.now, Math.max(...seen.map((profile) => profile.lastSeenAt)));
    default:
      return undefined;
  }
}

function daysSince(now: number, then: number): number | undefined {
  return Number.isFinite(then) ? Math.max(0, now - then) / day : undefined;
}
