import { limits } from '../../limits.ts';
import type { ConditionTree, FactRead } from '../../model/condition.ts';
import type { Libraries } from '../../ports.ts';
import { type Cursor, whereIs } from '../cursor.ts';
import { didYouMean } from '../nearest-name.ts';
import { invalid, type Read } from '../shape.ts';
import { compileNode } from './compile-condition.ts';
import { customerFacts, segmentFacts, triggerFacts } from './fact-scope.ts';
import type { FactTable } from './fact-table.ts';
import { type Extent, extentOf } from './named-extent.ts';

export interface NamedSource {
  readonly value: unknown;
  readonly at: Cursor;
}

export type NamedKind = 'condition' | 'segment';

const kinds = {
  condition: { code: 'NBR_UNKNOWN_CONDITION', section: 'conditions', allowed: triggerFacts },
  segment: { code: 'NBR_UNKNOWN_SEGMENT', section: 'segments', allowed: segmentFacts },
} as const;

/** What a book shares by name, and with what it is compiled. */
export interface NamedSources {
  readonly condition: ReadonlyMap<string, NamedSource>;
  /** undefined: it is at fault in a way that is reported already. */
  readonly segment: ReadonlyMap<string, NamedSource | undefined>;
  readonly facts: FactTable;
  readonly libraries: Libraries;
}

interface Reference {
  readonly kind: NamedKind;
  readonly name: string;
  /**
   * A json-rules-engine rule refers to it. Its facts are then read as those of the rule are, so that a shared condition
   * may be written in the book's facts or in the rule's.
   */
  readonly imported?: boolean | undefined;
}

/** One tree for each way in which the facts are read. */
type Reading = NamedKind | 'imported';

function readingOf({ kind, imported }: Reference): Reading {
  return imported && kind === 'condition' ? 'imported' : kind;
}

/**
 * The shared conditions and the segments of a book. Each is compiled once for each reading, on first use, wherever it is
 * used.
 */
export class NamedConditions {
  private readonly sources: NamedSources;
  private readonly compiled: Readonly<Record<Reading, Map<string, Read<ConditionTree>>>> = {
    condition: new Map(),
    segment: new Map(),
    imported: new Map(),
  };
  private readonly extents = new Map<ConditionTree, Extent>();
  /** What is being compiled, outermost first. */
  private readonly open: Reference[] = [];

  constructor(sources: NamedSources) {
    this.sources = sources;
  }

  /** What is referred to at `at`. */
  use(reference: Reference, at: Cursor): Read<ConditionTree> {
    const { kind, name } = reference;
    const reading = readingOf(reference);
    const known = this.compiled[reading].get(name);
    if (known !== undefined) return known;
    const named = this.sources[kind];
    const source = named.get(name);
    if (!source) return named.has(name) ? invalid : this.reportUnknown(kind, name, at);
    if (this.open.some((open) => open.kind === kind && open.name === name))
      return this.reportCycle({ kind, name }, at);
    if (this.open.length >= limits.conditionDepthMax) return this.reportDepth(at);
    this.open.push({ kind, name });
    const tree = this.isKnownFaulty(reference) ? invalid : this.compile(source, reading);
    this.open.pop();
    this.compiled[reading].set(name, tree);
    return tree;
  }

  private compile(source: NamedSource, reading: Reading): Read<ConditionTree> {
    const { facts, libraries } = this.sources;
    const imported = reading === 'imported';
    const allowed = imported ? customerFacts : kinds[reading].allowed;
    const scope = { facts, libraries, named: this, allowed, imported };
    const tree = compileNode(source.value, { at: source.at, scope, depth: 1 });
    if (tree === invalid || !this.isBounded(tree, source.at)) return invalid;
    this.extents.set(tree, extentOf(tree, this.extents));
    return tree;
  }

  /** The facts that a shared condition or a segment reads, what it uses itself included. */
  readsOf(tree: ConditionTree): readonly FactRead[] {
    return (this.extents.get(tree) ?? extentOf(tree, this.extents)).reads;
  }

  /** Reports a condition that is small as it is written and very large with what it uses. */
  isBounded(tree: ConditionTree, at: Cursor): boolean {
    const { borrowed } = extentOf(tree, this.extents);
    if (borrowed <= limits.borrowedComparisonsMax) return true;
    at.error(
      'NBR_TOO_LARGE',
      `${at.label}: expected shared conditions and segments that bring in at most ${limits.borrowedComparisonsMax} ` +
        `comparisons, found ${borrowed}, counted at every use.`,
    );
    return false;
  }

  /** Its faults were reported when it was read the other way. */
  private isKnownFaulty({ kind, name, imported }: Reference): boolean {
    return kind === 'condition' && this.compiled[imported ? 'condition' : 'imported'].get(name) === invalid;
  }

  /**
   * Compiles those that nothing uses as well, so that their faults are found. In a book with json-rules-engine rules,
   * they may have been written for one of those.
   */
  compileAll({ imported }: { readonly imported: boolean }): void {
    for (const [name, { at }] of this.sources.condition) {
      const isUsed = this.compiled.condition.has(name) || this.compiled.imported.has(name);
      if (!isUsed) this.use({ kind: 'condition', name, imported }, at);
    }
    for (const [name, source] of this.sources.segment)
      if (source) this.use({ kind: 'segment', name }, source.at);
  }

  private reportUnknown(kind: NamedKind, name: string, at: Cursor): typeof invalid {
    const { code, section } = kinds[kind];
    at.error(
      code,
      `${at.label}: found the unknown ${kind} \`${name}\`, expected one that \`${section}\` defines.`,
      didYouMean(name, this.sources[kind].keys()),
    );
    return invalid;
  }

  private reportDepth(at: Cursor): typeof invalid {
    at.error(
      'NBR_TOO_LARGE',
      `${at.label}: expected at most ${limits.conditionDepthMax} conditions that refer to each other, found more.`,
    );
    return invalid;
  }

  private reportCycle({ kind, name }: Reference, at: Cursor): typeof invalid {
    const first = this.sources[kind].get(name);
    const begin = this.open.findIndex((open) => open.kind === kind && open.name === name);
    const chain = [...this.open.slice(begin).map((open) => open.name), name].join(' -> ');
    at.error(
      'NBR_CONDITION_CYCLE',
      `${at.label}: expected conditions that end somewhere, found the circle ${chain}` +
        `${first ? ` (defined at ${whereIs(first.at)})` : ''}.`,
    );
    return invalid;
  }
}
