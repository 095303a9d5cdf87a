import { traitOf, traitsOf } from '../customer/profile.ts';
import { readFeature } from '../features/read-feature.ts';
import { day } from '../limits.ts';
import type { Profile } from '../model/customer-state.ts';
import { type CustomerKey, isKnown } from '../model/ids.ts';
import type { JsonObject } from '../model/json.ts';
import type { FactSlot, FactSource, FactValues, Rulebook } from '../model/rulebook.ts';
import type { TouchpointEvent } from '../model/touchpoint-event.ts';
import { readPath } from './read-path.ts';

/** What facts are read from. `now` is an argument, so windows close by themselves. */
export interface FactScope {
  readonly key: CustomerKey;
  readonly profiles: readonly Profile[];
  readonly now: number;
  readonly context: JsonObject;
  readonly event?: unknown;
  /** What was known of the customer before that event; only while the event is being applied. */
  readonly profilesBefore?: readonly Profile[];
  /** Values by fact name that stand in for what the state says; tests and what-ifs use them. */
  readonly overrides?: ReadonlyMap<string, unknown>;
}

/** All facts of a rulebook for one decision, by slot. */
export function readFacts(rulebook: Rulebook, scope: FactScope): FactValues {
  const values = new Array<unknown>(rulebook.facts.length);
  for (let slot = 0; slot < values.length; slot += 1) {
    const fact = rulebook.facts[slot] as FactSlot;
    values[slot] = scope.overrides?.has(fact.name)
      ? scope.overrides.get(fact.name)
      : readSource(rulebook, fact.source, scope);
  }
  return values;
}

/** The facts that an event alone settles; all others are undefined. */
export function readEventFacts(rulebook: Rulebook, event: TouchpointEvent): FactValues {
  return rulebook.facts.map((fact) =>
    fact.source.kind === 'event' ? readPath(event, fact.source.path) : undefined,
  );
}

function readSource(rulebook: Rulebook, source: FactSource, scope: FactScope): unknown {
  switch (source.kind) {
    case 'feature': {
      const feature = rulebook.features.get(source.feature);
      if (!feature) return undefined;
      const contributions = scope.profiles.map((profile) => profile.features[feature.name]);
      return readFeature(feature, contributions, scope.now);
    }
    case 'traits':
      return readTrait(scope.profiles, source.path);
    case 'context':
      return readPath(scope.context, source.path);
    case 'event':
      return readPath(scope.event, source.path);
    case 'customer':
      return source.path[0] === 'timeZone' ? zoneOf(rulebook, scope) : readCustomer(scope, source.path[0]);
    case 'now':
      return scope.now;
    case 'before':
      return (
        scope.profilesBefore && readSource(rulebook, source.of, { ...scope, profiles: scope.profilesBefore })
      );
  }
}

function readTrait(profiles: readonly Profile[], path: readonly string[]): unknown {
  const [name, ...rest] = path;
  return name === undefined ? traitsOf(profiles) : readPath(traitOf(profiles, name), rest);
}

const zoneNames = ['timeZone', 'timezone'] as const;

/** The first name of a time zone among what the customer told us and what the request brings; else the book's. */
function zoneOf({ timeZones }: Rulebook, { profiles, context }: FactScope): string {
  for (const name of zoneNames) {
    const told = traitOf(profiles, name);
    if (typeof told === 'string' && timeZones.has(told)) return told;
  }
  for (const name of zoneNames) {
    const brought = readPath(context, [name]);
    if (typeof brought === 'string' && timeZones.has(brought)) return brought;
  }
  return timeZones.fallback;
}

function readCustomer(scope: FactScope, name: string | undefined): unknown {
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
