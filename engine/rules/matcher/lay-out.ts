import type { ConditionTree, FactOperand, TestNode } from '../../model/condition.ts';
import { type Conjunction, type Literal, normalForm } from '../conditions/normal-form.ts';
import { type IndexableLiteral, indexable } from './indexable.ts';

/** A literal of one conjunction, on the fact that it looks at. */
export interface Entry {
  readonly bit: number;
  readonly literal: IndexableLiteral;
}

/** Everything that is asked of one fact, at the end of one path. */
export interface Axis {
  readonly operand: FactOperand;
  readonly entries: Entry[];
}

/** A test that must be carried out, for the conjunctions that survived the index. */
export interface Residual {
  readonly bit: number;
  readonly literal: Literal;
}

/**
 * Every conjunction has a bit. The first conjunction of condition `i` has bit `i`, so that most answers can be read as
 * they stand; further ones have the bits after the last condition's word, and `targets` says whose they are.
 */
export interface LayOut {
  /** 32-bit words of the conditions alone, and of all conjunctions. */
  readonly answerWords: number;
  readonly words: number;
  /** Bits of conditions that no conjunction can make hold are off. */
  readonly alive: Int32Array;
  readonly axes: readonly Axis[];
  readonly residuals: readonly Residual[];
  /** Condition of each further conjunction, by bit from `answerWords * 32` on. */
  readonly targets: readonly number[];
}

export interface LayOutLimits {
  /** Conjunctions of one condition. */
  readonly conjunctionsMax: number;
  /** Memory for the literals of all conjunctions together. */
  readonly literalBytesMax: number;
}

export function layOut(
  trees: readonly (ConditionTree | undefined)[],
  { conjunctionsMax, literalBytesMax }: LayOutLimits,
): LayOut {
  const answerWords = Math.ceil(trees.length / 32);
  const collected: Collected = { bySlot: [], byPath: new Map(), residuals: [], known: new Map() };
  let bytesLeft = literalBytesMax;
  const targets: number[] = [];
  const never: number[] = [];
  for (const [condition, tree] of trees.entries()) {
    const form = tree ? normalForm(tree, { conjunctionsMax }) : [[]];
    const bytes = form ? bytesOf(form, collected) : 0;
    const isIndexed = form !== undefined && bytes <= bytesLeft;
    if (isIndexed) bytesLeft -= bytes;
    const conjunctions = isIndexed || !tree ? (form ?? []) : carriedOut(tree);
    if (conjunctions.length === 0) never.push(condition);
    for (const [index, conjunction] of conjunctions.entries()) {
      const bit = index === 0 ? condition : answerWords * 32 + targets.push(condition) - 1;
      place(conjunction, bit, collected);
    }
  }
  const words = answerWords + Math.ceil(targets.length / 32);
  const alive = bitsUpTo(trees.length, answerWords * 32, targets.length, words);
  for (const bit of never) clearBit(alive, bit);
  const axes = [...Object.values(collected.bySlot), ...collected.byPath.values()];
  return { answerWords, words, alive, axes, residuals: collected.residuals, targets };
}

/** A tree whose normal form would be too large is carried out as a whole. */
function carriedOut(tree: ConditionTree): readonly Conjunction[] {
  return [[{ test: wholeAsTest(tree), wanted: true }]];
}

/**
 * About what an entry takes, and each number or text that it names. So few of these fit that a map of them stays below
 * the size (2 ** 24) at which JavaScript gives up.
 */
const entryBytes = 64;
const memberBytes = 16;

/** What a normal form takes in an index: its conjunctions repeat the literals of the tree. */
function bytesOf(form: readonly Conjunction[], collected: Collected): number {
  let bytes = 0;
  for (const conjunction of form) {
    for (const literal of conjunction) {
      const known = indexableOnce(literal, collected);
      bytes += entryBytes + (known ? known.numbers.length + known.texts.length : 0) * memberBytes;
    }
  }
  return bytes;
}

function wholeAsTest(tree: ConditionTree): Literal['test'] {
  const nowhere: FactOperand = { slot: -1, path: undefined, read: { name: '', kind: 'context' } };
  return {
    kind: 'test',
    operator: tree.kind,
    left: nowhere,
    right: nowhere,
    reads: [],
    at: tree.at,
    test: tree.test,
  };
}

function place(conjunction: Conjunction, bit: number, to: Collected): void {
  for (const literal of conjunction) {
    const known = indexableOnce(literal, to);
    if (known === undefined) to.residuals.push({ bit, literal });
    else axisOf(to, literal.test.left).entries.push({ bit, literal: known });
  }
}

interface Collected {
  readonly bySlot: Axis[];
  readonly byPath: Map<string, Axis>;
  readonly residuals: Residual[];
  /** What is known of the literals so far, of each test for what it is wanted to come to. */
  readonly known: Map<TestNode, { wanted?: Known; unwanted?: Known }>;
}

type Known = IndexableLiteral | 'no';

/** One literal, however many conjunctions have it. */
function indexableOnce(literal: Literal, { known }: Collected): IndexableLiteral | undefined {
  const { test, wanted } = literal;
  const ofTest = known.get(test) ?? {};
  const side = wanted ? 'wanted' : 'unwanted';
  const found = ofTest[side] ?? indexable(literal) ?? 'no';
  ofTest[side] = found;
  known.set(test, ofTest);
  return found === 'no' ? undefined : found;
}

function axisOf({ bySlot, byPath }: Collected, operand: FactOperand): Axis {
  const { slot, path } = operand;
  const key = path && `${slot} ${path.join('\n')}`;
  const known = key === undefined ? bySlot[slot] : byPath.get(key);
  if (known) return known;
  const axis: Axis = { operand, entries: [] };
  if (key === undefined) bySlot[slot] = axis;
  else byPath.set(key, axis);
  return axis;
}

function bitsUpTo(conditions: number, extraFrom: number, extras: number, words: number): Int32Array {
  const bits = new Int32Array(words);
  for (let bit = 0; bit < conditions; bit += 1) setBit(bits, bit);
  for (let bit = extraFrom; bit < extraFrom + extras; bit += 1) setBit(bits, bit);
  return bits;
}

export function setBit(bits: Int32Array, bit: number): void {
  (bits[bit >> 5] as number) |= 1 << (bit & 31);
}

export function clearBit(bits: Int32Array, bit: number): void {
  (bits[bit >> 5] as number) &= ~(1 << (bit & 31));
}

export function hasBit(bits: Int32Array, bit: number): boolean {
  return ((bits[bit >> 5] as number) & (1 << (bit & 31))) !== 0;
}
