import type { FactOperand, TestNode } from '../../model/condition.ts';
import { canonicalJson } from '../../model/json.ts';
import { domainOf, type FactDomain, type FactDomains, factKey } from './fact-domain.ts';
import { anyVerdict, fails, holds, testValues, turned, type Verdicts, verdictBit } from './test-values.ts';
import { hasValue, intersection, isEmpty, listValues, someValue, type ValueSet } from './value-set.ts';

/**
 * What is known of the facts once some tests must come to some verdicts: the values each fact may still have, and, of
 * tests whose values cannot be told exactly, which verdicts the same test may still come to elsewhere.
 *
 * Invariants
 * 1. Never claims too much: facts with which all tests come to their verdicts are always among the values that are left.
 * 2. Where every test is told exactly, any of the values left does it.
 */
export class FactKnowledge {
  private readonly domains: FactDomains;
  private readonly facts: Map<string, Known>;
  private readonly opaque: Map<string, Verdicts>;

  constructor(domains: FactDomains, before?: FactKnowledge) {
    this.domains = domains;
    this.facts = new Map(before?.facts);
    this.opaque = new Map(before?.opaque);
  }

  branch(): FactKnowledge {
    return new FactKnowledge(this.domains, this);
  }

  /** Adds that a test comes to one of the verdicts; false when it cannot, after all that is known. */
  add(test: TestNode, verdicts: Verdicts): boolean {
    const key = factKey(test.left, this.domains);
    const domain = this.facts.get(key)?.domain ?? domainOf(test.left, this.domains);
    const { values, exact } = testValues(test, verdicts, domain);
    const known = this.facts.get(key);
    const left = known ? intersection(known.values, values) : values;
    if (isEmpty(left, domain)) return false;
    const doubtful = known?.doubtful ?? [];
    this.facts.set(key, {
      fact: known?.fact ?? test.left,
      domain,
      values: left,
      doubtful: exact ? doubtful : [...doubtful, { test, verdicts }],
    });
    return exact || this.addOpaque(test, verdicts, key);
  }

  private addOpaque(test: TestNode, verdicts: Verdicts, key: string): boolean {
    const right = rightKey(test, this.domains);
    return sameTests(test.operator, verdicts).every((same) => {
      const name = `${key}\n${same.operator}\n${right}`;
      const left = (this.opaque.get(name) ?? anyVerdict) & same.verdicts;
      this.opaque.set(name, left);
      return left !== 0;
    });
  }

  /** Looks at every single value where few are left; false when a fact has none that does for all its tests. */
  settle(): boolean {
    for (const { values, domain, doubtful } of this.facts.values()) {
      if (doubtful.length === 0) continue;
      const few = listValues(values, { whole: domain.whole, max: 64 });
      if (few && !few.some((value) => satisfies(value, doubtful))) return false;
    }
    return true;
  }

  /** The facts that would need another value than the one they have. */
  misfits(read: (fact: FactOperand) => unknown): readonly Misfit[] {
    const found: Misfit[] = [];
    for (const { fact, values, domain, doubtful } of this.facts.values()) {
      const value = read(fact);
      const fits = (other: unknown) => hasValue(values, other) && satisfies(other, doubtful);
      if (!fits(value))
        found.push({ fact, value, values, domain, tests: doubtful.map(({ test }) => test), fits });
    }
    return found;
  }

  /** A value for each fact that is spoken of, a fitting one where it can be found. */
  example(): ReadonlyMap<string, unknown> {
    const found = new Map<string, unknown>();
    for (const [key, known] of this.facts) found.set(key, exampleOf(known));
    return found;
  }
}

/** A fact whose value is none of those that are left for it. */
export interface Misfit {
  readonly fact: FactOperand;
  readonly value: unknown;
  readonly values: ValueSet;
  readonly domain: FactDomain;
  /** Tests of which is not known with which values they come out as they must. */
  readonly tests: readonly TestNode[];
  readonly fits: (value: unknown) => boolean;
}

interface Doubt {
  readonly test: TestNode;
  readonly verdicts: Verdicts;
}

interface Known {
  readonly fact: FactOperand;
  readonly domain: FactDomain;
  readonly values: ValueSet;
  /** Tests that allow fewer values than `values` says. */
  readonly doubtful: readonly Doubt[];
}

/** Whether all tests may come to their verdicts with this value of their fact; those that read other facts may. */
function satisfies(value: unknown, doubts: readonly Doubt[]): boolean {
  return doubts.every(({ test: { compare, right }, verdicts }) =>
    compare && 'literal' in right ? (verdictBit(compare(value, right.literal)) & verdicts) !== 0 : true,
  );
}

function exampleOf({ values, domain, doubtful }: Known): unknown {
  const [everyday] = someValue(values, domain);
  if (doubtful.length === 0) return everyday;
  const candidates = doubtful.flatMap(({ test: { right } }) =>
    'literal' in right ? [right.literal, [right.literal], right.literal] : [],
  );
  const few = listValues(values, { whole: domain.whole, max: 64 }) ?? [];
  return [everyday, ...few, ...candidates, undefined].find(
    (value) => hasValue(values, value) && satisfies(value, doubtful),
  );
}

interface SameTest {
  readonly operator: string;
  readonly verdicts: Verdicts;
}

/** What a test says under every name that it goes by: where `not:contains` holds, `contains` fails. */
function sameTests(operator: string, verdicts: Verdicts): readonly SameTest[] {
  if (operator.startsWith('not:')) return sameTests(operator.slice('not:'.length), turned(verdicts));
  const itself = { operator, verdicts };
  // Of a list, one of the two holds; of anything else, neither does.
  if (operator === 'contains' && verdicts === holds)
    return [itself, { operator: 'doesNotContain', verdicts: fails }];
  if (operator === 'doesNotContain' && verdicts === holds)
    return [itself, { operator: 'contains', verdicts: fails }];
  return [itself];
}

function rightKey({ right, reads }: TestNode, domains: FactDomains): string {
  if ('literal' in right)
    return `=${canonicalJson(right.literal)} ${reads.map(({ name }) => name).join(' ')}`;
  return `@${factKey(right as FactOperand, domains)}`;
}
