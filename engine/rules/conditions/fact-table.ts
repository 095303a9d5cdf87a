import type { FactSlot, FactSource } from '../../model/rulebook.ts';
import { isUnsafeKey } from '../names.ts';

export type FactKind = FactSource['kind'];

/** First words of fact names that are not features; a feature may not begin with one. */
export const factNamespaces: readonly string[] = ['traits', 'context', 'event', 'customer'];

const customerFacts = ['known', 'daysSinceFirstSeen', 'daysSinceLastSeen', 'key'] as const;
const eventScalars: readonly string[] = ['name', 'type', 'timestamp'];
const eventMaps: readonly string[] = ['properties', 'context', 'traits'];

/**
 * All facts that the conditions of one book read. Every name gets one slot, whichever conditions share it, so that a
 * decision reads each fact once.
 */
export class FactTable {
  private readonly features: ReadonlySet<string>;
  private readonly slotOf = new Map<string, number>();
  private readonly slots: FactSlot[] = [];

  constructor(features: ReadonlySet<string>) {
    this.features = features;
  }

  /** Where a fact of this name comes from; undefined when there is no such fact. */
  resolve(name: string): FactSource | undefined {
    if (this.features.has(name)) return { kind: 'feature', feature: name };
    const [space, ...path] = name.split('.');
    if (path.some((key) => key === '' || isUnsafeKey(key))) return undefined;
    switch (space) {
      case 'traits':
      case 'context':
        return { kind: space, path };
      case 'customer':
        return customerFacts.some((fact) => path.length === 1 && fact === path[0])
          ? { kind: 'customer', path }
          : undefined;
      case 'event':
        return isEventPath(path) ? { kind: 'event', path } : undefined;
      default:
        return undefined;
    }
  }

  /** The slot of a fact. */
  intern(name: string, source: FactSource): number {
    const known = this.slotOf.get(name);
    if (known !== undefined) return known;
    const slot = this.slots.length;
    this.slots.push({ name, source });
    this.slotOf.set(name, slot);
    return slot;
  }

  all(): readonly FactSlot[] {
    return this.slots;
  }

  /** Names to suggest when one is not known. */
  *names(): Iterable<string> {
    yield* factNamespaces.filter((space) => space === 'traits' || space === 'context');
    for (const fact of customerFacts) yield `customer.${fact}`;
    for (const fact of eventScalars) yield `event.${fact}`;
    for (const fact of eventMaps) yield `event.${fact}`;
    yield* this.features;
  }
}

/** Which property chains an event has: its name, type and time, and anything below its maps. */
export function isEventPath(path: readonly string[]): boolean {
  const [first, ...rest] = path;
  if (first === undefined || rest.some((key) => key === '' || isUnsafeKey(key))) return false;
  return eventMaps.includes(first) || (eventScalars.includes(first) && rest.length === 0);
}
