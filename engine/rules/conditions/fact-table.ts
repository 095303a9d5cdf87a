import type { FactOperand } from '../../model/condition.ts';
import type { FactSlot, FactSource } from '../../model/rulebook.ts';
import { isUnsafeKey } from '../names.ts';

export type FactKind = FactSource['kind'];

/** First words of fact names that are not features; a feature may not begin with one. */
export const factNamespaces: readonly string[] = ['traits', 'context', 'event', 'customer', 'now'];

const customerFacts = ['known', 'daysSinceFirstSeen', 'daysSinceLastSeen', 'key', 'timeZone'] as const;
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
  private readonly sourceOf = new Map<string, FactSource>();
  private readonly operands = new Map<string, FactOperand>();

  constructor(features: ReadonlySet<string>) {
    this.features = features;
  }

  /** Where the time zone of the customer comes from, which operators look at that no condition names it for. */
  readonly timeZone: FactSource = { kind: 'customer', path: ['timeZone'] };

  /** Where a fact of this name comes from; undefined when there is no such fact. */
  resolve(name: string): FactSource | undefined {
    const known = this.sourceOf.get(name);
    if (known) return known;
    const source = this.find(name);
    if (source) this.sourceOf.set(name, source);
    return source;
  }

  private find(name: string): FactSource | undefined {
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
      case 'now':
        return path.length === 0 ? { kind: 'now' } : undefined;
      default:
        return undefined;
    }
  }

  /** A member of the request's context by its whole name, in which a dot is a character like any other. */
  inContext(name: string): FactSlot | undefined {
    if (name === '' || isUnsafeKey(name)) return undefined;
    const source: FactSource = { kind: 'context', path: [name] };
    return { name: name.includes('.') ? `context['${name}']` : `context.${name}`, source };
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

  /** A fact as conditions read it, the same for all of them: a big book reads few facts in very many places. */
  operand(name: string, source: FactSource): FactOperand {
    const known = this.operands.get(name);
    if (known) return known;
    const operand = { slot: this.intern(name, source), path: undefined, read: { name, kind: source.kind } };
    this.operands.set(name, operand);
    return operand;
  }

  /** The slot of what a fact was before the event. No fact that a condition can name has a colon in its name. */
  internBefore(name: string, of: FactSource): number {
    return this.intern(`before:${name}`, { kind: 'before', of });
  }

  all(): readonly FactSlot[] {
    return this.slots;
  }

  /** Names to suggest when one is not known. */
  *names(): Iterable<string> {
    yield* factNamespaces.filter((space) => ['traits', 'context', 'now'].includes(space));
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
