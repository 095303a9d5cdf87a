import { type FeatureParts, findPart } from '../../features/feature-parts.ts';
import type { FactOperand } from '../../model/condition.ts';
import type { FactSlot, FactSource } from '../../model/rulebook.ts';
import { isUnsafeKey } from '../names.ts';

export type FactKind = FactSource['kind'];

/** First words of fact names that are not features; a feature may not begin with one. */
export const factNamespaces: readonly string[] = ['traits', 'context', 'event', 'customer', 'overlay', 'now'];

/** What the names of an overlay's facts are made of. */
export interface OverlayNames {
  readonly attributes: ReadonlySet<string>;
  /** The fact by which it is looked up. */
  readonly key?: string;
}

const customerFacts = [
  'known',
  'daysSinceFirstSeen',
  'daysSinceLastSeen',
  'key',
  'timeZone',
  'timeZoneFrom',
  'jurisdiction',
  'jurisdictionFrom',
] as const;
const eventScalars: readonly string[] = ['name', 'type', 'timestamp'];
const eventMaps: readonly string[] = ['properties', 'context', 'traits'];

/**
 * All facts that the conditions of one book read. Every name gets one slot, whichever conditions share it, so that a
 * decision reads each fact once.
 */
export class FactTable {
  private readonly features: ReadonlySet<string>;
  /** Of the features that have any. */
  private readonly parts: ReadonlyMap<string, FeatureParts>;
  private readonly overlays: ReadonlyMap<string, OverlayNames | undefined>;
  private readonly slotOf = new Map<string, number>();
  private readonly slots: FactSlot[] = [];
  private readonly sourceOf = new Map<string, FactSource>();
  private readonly operands = new Map<string, FactOperand>();

  constructor(
    features: ReadonlySet<string>,
    overlays: ReadonlyMap<string, OverlayNames | undefined> = new Map(),
    parts: ReadonlyMap<string, FeatureParts> = new Map(),
  ) {
    this.features = features;
    this.parts = parts;
    this.overlays = overlays;
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
    const part = findPart(name, (feature) => this.parts.get(feature));
    if (part) return { kind: 'feature', ...part };
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
      case 'overlay':
        return this.findAttribute(path);
      case 'event':
        return isEventPath(path) ? { kind: 'event', path } : undefined;
      case 'now':
        return path.length === 0 ? { kind: 'now' } : undefined;
      default:
        return undefined;
    }
  }

  /** Of an overlay whose definition is at fault anything is taken: it is reported already. */
  private findAttribute([overlay = '', attribute = '', ...rest]: readonly string[]): FactSource | undefined {
    if (!this.overlays.has(overlay) || attribute === '' || rest.length > 0) return undefined;
    const known = this.overlays.get(overlay);
    if (known !== undefined && !known.attributes.has(attribute)) return undefined;
    const needs = known?.key?.split('.')[0] === 'context' && !this.features.has(known.key);
    return { kind: 'overlay', overlay, attribute, ...(needs && { needs: 'context' as const }) };
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
    for (const [overlay, known] of this.overlays) {
      for (const attribute of known?.attributes ?? []) yield `overlay.${overlay}.${attribute}`;
    }
    yield* this.features;
    for (const [feature, { names }] of this.parts) for (const part of names) yield `${feature}.${part}`;
  }
}

/** Which property chains an event has: its name, type and time, and anything below its maps. */
export function isEventPath(path: readonly string[]): boolean {
  const [first, ...rest] = path;
  if (first === undefined || rest.some((key) => key === '' || isUnsafeKey(key))) return false;
  return eventMaps.includes(first) || (eventScalars.includes(first) && rest.length === 0);
}
