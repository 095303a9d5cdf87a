import type {
  Comparison,
  Condition,
  ConditionTree,
  FactValues,
  Json,
  NamedNode,
  Rulebook,
  TestNode,
} from '../../engine/index.ts';
import { operators, splitOperator } from '../../engine/index.ts';
import type { ReferenceCondition, ReferenceFacts, ReferenceTerms } from './reference.ts';

/**
 * Conditions of a rulebook in the words of json-rules-engine: as they are written, but for what it does not know.
 *
 * - Shared conditions and segments are registered with it, and referred to by the names they get here.
 * - An operator of ours is registered with it under a name for each use, because what it compares with was prepared.
 * - A test that looks at more than its two sides is answered beforehand, and its answer handed over as a fact.
 * - A fact of an imported rule goes by its name in the book.
 */
export class Translation {
  private readonly rulebook: Rulebook;
  private readonly named: Record<string, ReferenceCondition> = {};
  private readonly nameOf = new Map<ConditionTree, string>();
  private readonly operators: Record<string, Comparison> = {};
  private readonly answered = new Map<string, TestNode>();

  constructor(rulebook: Rulebook) {
    this.rulebook = rulebook;
  }

  /** What all conditions that were translated so far refer to. */
  get terms(): ReferenceTerms {
    return { named: this.named, operators: this.operators };
  }

  /** The facts of a decision by name. */
  facts(values: FactValues): ReferenceFacts {
    const facts: Record<string, unknown> = {};
    for (const [slot, { name }] of this.rulebook.facts.entries()) facts[name] = values[slot];
    for (const [name, test] of this.answered) facts[name] = answerOf(test, values);
    return facts;
  }

  root({ source, tree }: Pick<Condition, 'source' | 'tree'>): ReferenceCondition {
    const condition = this.node(source, tree);
    return 'fact' in condition ? { all: [condition] } : condition;
  }

  private node(source: Json, tree: ConditionTree): ReferenceCondition {
    const written = source as Readonly<Record<string, Json>>;
    switch (tree.kind) {
      case 'all':
      case 'any':
        return Array.isArray(written[tree.kind])
          ? { ...written, [tree.kind]: this.nodes(written[tree.kind] as readonly Json[], tree.children) }
          : { [tree.kind]: tree.children.map((child) => this.node(source, child)) };
      case 'not':
        return written.not === undefined
          ? { not: this.node(source, tree.child) }
          : { ...written, not: this.node(written.not, tree.child) };
      case 'named':
        return { condition: this.name(tree) };
      case 'test':
        return this.test(written, tree);
    }
  }

  private nodes(sources: readonly Json[], trees: readonly ConditionTree[]): readonly ReferenceCondition[] {
    return trees.map((tree, index) => this.node(sources[index] ?? {}, tree));
  }

  private name(node: NamedNode): string {
    const known = this.nameOf.get(node.child);
    if (known !== undefined) return known;
    const name = `${node.what} ${node.name} ${this.nameOf.size}`;
    this.nameOf.set(node.child, name);
    this.named[name] = this.root({ source: this.sourceOf(node), tree: node.child });
    return name;
  }

  private sourceOf({ what, name }: NamedNode): Json {
    const { segments, conditions } = this.rulebook;
    return (what === 'segment' ? segments.get(name)?.when.source : conditions.get(name)) ?? {};
  }

  private test(written: Readonly<Record<string, Json>>, test: TestNode): ReferenceCondition {
    const { compare, left, right } = test;
    const fact = bookName(written.fact, left.read.name);
    const other = written.value;
    const value =
      'slot' in right && typeof other === 'object' && other !== null && 'fact' in other
        ? { ...other, fact: bookName(other.fact, right.read.name) }
        : other;
    if (operators.get(splitOperator(test.operator).name)?.reference) return { ...written, fact, value };
    if (compare !== undefined) {
      const operator = `own ${Object.keys(this.operators).length}`;
      this.operators[operator] = compare;
      return { ...written, fact, operator, value };
    }
    const answer = `answer ${this.answered.size}`;
    this.answered.set(answer, test);
    return { fact: answer, operator: 'equal', value: true };
  }
}

/** A fact as the book calls it. Any other name stays as it is written: the facts have no such name, which tells. */
function bookName(written: Json | undefined, inBook: string): Json | undefined {
  const names = [`context.${String(written)}`, `context['${String(written)}']`];
  return names.includes(inBook) ? inBook : written;
}

/** A fact that is a function may fail, as an operator does that cannot be carried out. */
function answerOf(test: TestNode, values: FactValues): unknown {
  const verdict = test.test(values);
  return verdict ?? (() => Promise.reject(new TypeError('the comparison cannot be carried out')));
}
