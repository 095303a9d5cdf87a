import type {
  ConditionTree,
  FactOperand,
  FactRead,
  NamedNode,
  Operand,
  Position,
  TestNode,
} from '../../model/condition.ts';
import { canonicalJson } from '../../model/json.ts';
import { testText } from '../conditions/condition-text.ts';

/** New names by old ones; those of shared conditions by what they are and their name. */
export interface NewNames {
  readonly facts: ReadonlyMap<string, string>;
  readonly shared: ReadonlyMap<string, string>;
}

/** The condition with everything as the new book calls it, for comparing; it is not to be carried out. */
export function withNames(tree: ConditionTree, names: NewNames): ConditionTree {
  if (names.facts.size + names.shared.size === 0) return tree;
  switch (tree.kind) {
    case 'test':
      return {
        ...tree,
        left: factWithName(tree.left, names),
        right: operandWithName(tree.right, names),
        reads: tree.reads.map((read) => readWithName(read, names)),
      };
    case 'all':
    case 'any':
      return { ...tree, children: tree.children.map((child) => withNames(child, names)) };
    case 'not':
      return { ...tree, child: withNames(tree.child, names) };
    case 'named':
      return {
        ...tree,
        name: names.shared.get(`${tree.what} ${tree.name}`) ?? tree.name,
        child: withNames(tree.child, names),
      };
  }
}

function operandWithName(operand: Operand, names: NewNames): Operand {
  return 'literal' in operand ? operand : factWithName(operand, names);
}

function factWithName(fact: FactOperand, names: NewNames): FactOperand {
  return { ...fact, read: readWithName(fact.read, names) };
}

function readWithName(read: FactRead, { facts }: NewNames): FactRead {
  const name = facts.get(read.name);
  return name === undefined ? read : { ...read, name };
}

/**
 * A condition as it is written, the order of its parts included; equal for conditions that say the same in the same
 * way. `own` stops at shared conditions: it is equal while only those changed.
 */
export function conditionKey(tree: ConditionTree, reading: 'own' | 'whole'): string {
  switch (tree.kind) {
    case 'test':
      return testKey(tree);
    case 'not':
      return `not(${conditionKey(tree.child, reading)})`;
    case 'named':
      return reading === 'own' ? `${tree.what}:${tree.name}` : conditionKey(tree.child, reading);
    case 'all':
    case 'any':
      return `${tree.kind}(${tree.children.map((child) => conditionKey(child, reading)).join(',')})`;
  }
}

function testKey({ operator, left, right, reads }: TestNode): string {
  return canonicalJson([operator, operandKey(left), operandKey(right), reads.map(({ name }) => name)]);
}

function operandKey(operand: Operand): unknown {
  if ('literal' in operand) return { literal: operand.literal };
  return { fact: operand.read.name, path: operand.path ?? null };
}

/** One comparison, or one use of a shared condition. */
export interface Part {
  readonly text: string;
  readonly at: Position;
}

/** What a condition is put together from, in words; what stands under a `not` says so. */
export function partsOf(tree: ConditionTree, negated = false): readonly Part[] {
  const part = (text: string): readonly Part[] => [{ text: negated ? `not ${text}` : text, at: tree.at }];
  switch (tree.kind) {
    case 'test':
      return part(testText(tree));
    case 'named':
      return part(`${tree.what} ${tree.name}`);
    case 'not':
      return partsOf(tree.child, !negated);
    case 'all':
    case 'any':
      return tree.children.flatMap((child) => partsOf(child, negated));
  }
}

/** The shared conditions that a condition uses, those within them included. */
export function* namedIn(tree: ConditionTree): Generator<NamedNode> {
  switch (tree.kind) {
    case 'test':
      return;
    case 'not':
      yield* namedIn(tree.child);
      return;
    case 'named':
      yield tree;
      yield* namedIn(tree.child);
      return;
    case 'all':
    case 'any':
      for (const child of tree.children) yield* namedIn(child);
  }
}
