import type { Json } from './json.ts';
import type { FactSource, FactValues } from './rulebook.ts';

/**
 * What a test comes to. `undefined` is where json-rules-engine would throw, such as `in` something that is no list:
 * the test cannot be carried out. It never counts as holding, and turning it round with `not` does not make it hold.
 */
export type Verdict = boolean | undefined;

/** A comparison of a fact's value with the condition's value. Never throws. */
export type Comparison = (fact: unknown, value: unknown) => Verdict;

/** Where something stands in a rule file. The place is looked up when it is asked for. */
export interface Position {
  readonly file: string;
  /** Both count from 1. */
  readonly place: { readonly line: number; readonly column: number };
  /** How messages name it: `applicability.all.0`. */
  readonly label: string;
}

/** Where a definition stands; it also finds what stands below it, or the nearest thing above that is there. */
export interface DefinitionPlace extends Position {
  at(...keys: readonly (string | number)[]): DefinitionPlace;
}

export interface FactRead {
  readonly name: string;
  readonly kind: FactSource['kind'];
}

/** A fact by its slot; `path` is the property chain below it, if there is one. */
export interface FactOperand {
  readonly slot: number;
  readonly path: readonly string[] | undefined;
  readonly read: FactRead;
}

export interface LiteralOperand {
  readonly literal: unknown;
}

/** One side of a comparison: a fact, or a value that is written out. */
export type Operand = FactOperand | LiteralOperand;

interface Node {
  /** Carries the node out. Never throws, never allocates. */
  readonly test: (facts: FactValues) => Verdict;
}

/** One comparison. */
export interface TestNode extends Node {
  readonly kind: 'test';
  /** As written, decorators included. */
  readonly operator: string;
  readonly left: FactOperand;
  readonly right: Operand;
  /**
   * Present when the verdict follows from the two operands alone, so that an index may try it on values. A test that
   * also looks at other facts (the customer's time zone, the value before the event) has none.
   */
  readonly compare?: Comparison;
  /** Other facts it looks at. */
  readonly reads: readonly FactRead[];
  readonly at: Position;
}

/** All, or one, of the children must hold. An empty list holds, in both forms, as in json-rules-engine. */
export interface ListNode extends Node {
  readonly kind: 'all' | 'any';
  readonly children: readonly ConditionTree[];
  readonly at: Position;
}

export interface NotNode extends Node {
  readonly kind: 'not';
  readonly child: ConditionTree;
  readonly at: Position;
}

/** A condition that is defined elsewhere and used here by its name. The child is shared by all its uses. */
export interface NamedNode extends Node {
  readonly kind: 'named';
  readonly what: 'condition' | 'segment';
  readonly name: string;
  readonly child: ConditionTree;
  readonly at: Position;
}

/** A condition as it was written, checked and with its facts resolved; every tool that reasons about it works on this. */
export type ConditionTree = TestNode | ListNode | NotNode | NamedNode;

/** A condition tree, ready to be asked. */
export interface Condition {
  /** True when the facts satisfy it. Never throws, never allocates. */
  readonly holds: (facts: FactValues) => boolean;
  readonly tree: ConditionTree;
  /** The tree as written, for the reference evaluator and for tools. */
  readonly source: Json;
}
