import type { ConditionTree, TestNode } from '../../model/condition.ts';
import type { FactValues } from '../../model/rulebook.ts';
import { clearBit, type LayOut, setBit } from './lay-out.ts';

/**
 * Tests that no index answers. They are carried out for the conjunctions that survived the index, each at most once a
 * match, however many conjunctions share it.
 */
export class Residuals {
  /** Bits of the conjunctions that have any. */
  private readonly concerned: Int32Array;
  private readonly byBit = new Map<number, { readonly test: number; readonly wanted: boolean }[]>();
  private readonly tests: readonly ConditionTree['test'][];
  /** The match in which a test was carried out last, and what came of it. */
  private readonly doneIn: Float64Array;
  private readonly verdicts: Int8Array;
  private match = 0;

  constructor({ words, residuals }: LayOut) {
    this.concerned = new Int32Array(words);
    const tests: ConditionTree['test'][] = [];
    const numbers = new Map<string | TestNode, number>();
    for (const { bit, literal } of residuals) {
      const key = keyOf(literal.test);
      const test = numbers.get(key) ?? tests.push(literal.test.test) - 1;
      numbers.set(key, test);
      setBit(this.concerned, bit);
      const list = this.byBit.get(bit) ?? [];
      list.push({ test, wanted: literal.wanted });
      this.byBit.set(bit, list);
    }
    this.tests = tests;
    this.doneIn = new Float64Array(tests.length);
    this.verdicts = new Int8Array(tests.length);
  }

  /** Takes away the conjunctions that one of their tests rules out. */
  apply(facts: FactValues, bits: Int32Array): void {
    if (this.tests.length === 0) return;
    this.match += 1;
    const { concerned } = this;
    for (let word = 0; word < bits.length; word += 1) {
      let left = (bits[word] as number) & (concerned[word] as number);
      while (left !== 0) {
        const bit = (word << 5) + 31 - Math.clz32(left & -left);
        left &= left - 1;
        if (!this.holds(bit, facts)) clearBit(bits, bit);
      }
    }
  }

  private holds(bit: number, facts: FactValues): boolean {
    const list = this.byBit.get(bit);
    if (list === undefined) return true;
    for (const { test, wanted } of list) {
      if (this.verdictOf(test, facts) !== (wanted ? 1 : 0)) return false;
    }
    return true;
  }

  /** 1 for true, 0 for false, -1 for a test that cannot be carried out. */
  private verdictOf(test: number, facts: FactValues): number {
    if (this.doneIn[test] === this.match) return this.verdicts[test] as number;
    const result = this.tests[test]?.(facts);
    const verdict = result === undefined ? -1 : Number(result);
    this.doneIn[test] = this.match;
    this.verdicts[test] = verdict;
    return verdict;
  }
}

/** Tests that read alike are one test; one that looks at further facts is only itself. */
function keyOf(test: TestNode): string | TestNode {
  const { left, right, operator, compare } = test;
  if (compare === undefined) return test;
  const side = 'literal' in right ? right.literal : [right.slot, right.path ?? null];
  try {
    return JSON.stringify([left.slot, left.path ?? null, operator, 'literal' in right, side], spellOut);
  } catch {
    // A literal that was prepared for its operator may not be JSON; such a test is only itself.
    return test;
  }
}

/** JSON takes NaN and the infinities for null. */
function spellOut(_key: string, value: unknown): unknown {
  return typeof value === 'number' && !Number.isFinite(value) ? { number: String(value) } : value;
}
