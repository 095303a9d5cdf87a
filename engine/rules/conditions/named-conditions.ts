import { limits } from '../../limits.ts';
import type { ConditionTree } from '../../model/condition.ts';
import { type Cursor, whereIs } from '../cursor.ts';
import { didYouMean } from '../nearest-name.ts';
import { invalid, type Read } from '../shape.ts';
import { compileNode } from './compile-condition.ts';
import { allFacts } from './fact-scope.ts';
import type { FactTable } from './fact-table.ts';

export interface NamedSource {
  readonly value: unknown;
  readonly at: Cursor;
}

/** The shared conditions of a book. Each is compiled once, on first use, wherever it is used. */
export class NamedConditions {
  private readonly sources: ReadonlyMap<string, NamedSource>;
  private readonly facts: FactTable;
  private readonly compiled = new Map<string, Read<ConditionTree>>();
  /** Names whose compilation is under way, outermost first. */
  private readonly open: string[] = [];

  constructor(sources: ReadonlyMap<string, NamedSource>, facts: FactTable) {
    this.sources = sources;
    this.facts = facts;
  }

  /** The condition of this name, for the reference at `at`. */
  use(name: string, at: Cursor): Read<ConditionTree> {
    const known = this.compiled.get(name);
    if (known !== undefined) return known;
    const source = this.sources.get(name);
    if (!source) return this.reportUnknown(name, at);
    if (this.open.includes(name)) return this.reportCycle(name, at);
    if (this.open.length >= limits.conditionDepthMax) return this.reportDepth(at);
    this.open.push(name);
    const scope = { facts: this.facts, named: this, allowed: allFacts };
    const tree = compileNode(source.value, { at: source.at, scope, depth: 1 });
    this.open.pop();
    this.compiled.set(name, tree);
    return tree;
  }

  /** Compiles those that nothing uses as well, so that their faults are found. */
  compileAll(): void {
    for (const [name, { at }] of this.sources) this.use(name, at);
  }

  private reportUnknown(name: string, at: Cursor): typeof invalid {
    at.error(
      'NBR_UNKNOWN_CONDITION',
      `${at.label}: found the unknown condition \`${name}\`, expected one that \`conditions\` defines.`,
      didYouMean(name, this.sources.keys()),
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

  private reportCycle(name: string, at: Cursor): typeof invalid {
    const first = this.sources.get(name);
    const chain = [...this.open.slice(this.open.indexOf(name)), name].join(' -> ');
    at.error(
      'NBR_CONDITION_CYCLE',
      `${at.label}: expected conditions that end somewhere, found the circle ${chain}` +
        `${first ? ` (defined at ${whereIs(first.at)})` : ''}.`,
    );
    return invalid;
  }
}
