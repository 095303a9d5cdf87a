import type { ConditionTree, NamedNode, TestNode } from '../../model/condition.ts';
import { domainOf, type FactDomains } from '../meaning/fact-domain.ts';
import { type Goal, isEvery } from '../meaning/search-facts.ts';
import { holds, holdsNot, turned } from '../meaning/test-values.ts';
import { ConditionFindings } from './condition-findings.ts';
import {
  atomOf,
  isAtom,
  isImpossible,
  opposite,
  type Part,
  partOf,
  partsOf,
  readApart,
  related,
  wantedOf,
} from './condition-part.ts';
import { mayBeIdle } from './idle-tests.ts';
import type { Warn } from './linted-book.ts';
import { misfitOf } from './misfit.ts';

/**
 * Finds the parts of a condition that say nothing: those that can never be true, those that always are, and those that
 * follow from what stands beside them.
 *
 * Invariants
 * 1. A fault is reported once, at the smallest part that shows it; of two parts that clash or repeat each other, at the
 *    one that could be left out, and of two that say the same at the later one. A part that is reported is left out when
 *    the parts around it are looked at.
 * 2. A named condition is looked into where it is defined; where it is used, it counts as a whole.
 * 3. Silence where it cannot be told: every finding rests on a search that came to its end.
 */
export class ConditionLint {
  private readonly findings: ConditionFindings;
  private readonly everywhere: FactDomains;
  private readonly named = new Map<ConditionTree, Standing>();

  /** `domains`: what facts can be, wherever a condition stands. */
  constructor(domains: FactDomains, warn: Warn) {
    this.everywhere = domains;
    this.findings = new ConditionFindings(warn);
  }

  /** `domains`: what facts can be at this place. `given` holds already where the condition is asked. */
  look(
    tree: ConditionTree,
    {
      domains = this.everywhere,
      given = [],
    }: { readonly domains?: FactDomains; readonly given?: readonly Part[] },
  ): Standing {
    return this.part(partOf({ tree, verdicts: holds }), { given, domains });
  }

  private part(part: Part, scope: Scope): Standing {
    const { tree, verdicts } = part;
    const atom = atomOf(tree);
    if (atom) return this.atom(part, atom, scope);
    switch (tree.kind) {
      case 'not':
        return this.part({ ...part, tree: tree.child, verdicts: turned(verdicts) }, scope);
      case 'all':
      case 'any':
        // What an empty list comes to is reported where it is compiled.
        if (tree.children.length === 0) return isEvery(tree, verdicts) ? 'certain' : 'dead';
        return isEvery(tree, verdicts)
          ? this.together(partsOf(tree, part), scope)
          : this.alternatives(part, partsOf(tree, part), scope);
      default:
        return 'open';
    }
  }

  private atom(part: Part, atom: TestNode | NamedNode, scope: Scope): Standing {
    const alone = atom.kind === 'test' ? this.test(part, atom, scope) : this.use(part, atom);
    return alone === 'open' ? this.among(part, scope) : alone;
  }

  private test(goal: Part, test: TestNode, { domains }: Scope): Standing {
    const domain = domainOf(test.left, domains);
    if (!mayBeIdle(test, domain)) return 'open';
    const misfit = misfitOf(test, domain);
    if (misfit) this.findings.misfit(test, misfit);
    const isNever = isImpossible([{ tree: test, verdicts: holds }], domains);
    const isAlways = !isNever && isImpossible([{ tree: test, verdicts: holdsNot }], domains);
    if (!isNever && !isAlways) return 'open';
    if (!misfit) this.findings.idle(test, { isNever, domain });
    return isNever === (wantedOf(goal) === holds) ? 'dead' : 'certain';
  }

  /** A condition that others use by its name: it is looked at once, however often it is used. */
  lookOnce(tree: ConditionTree): Standing {
    const known = this.named.get(tree);
    if (known !== undefined) return known;
    this.look(tree, {});
    const standing = standingOf({ tree, verdicts: holds }, this.everywhere);
    this.named.set(tree, standing);
    return standing;
  }

  private use(part: Part, { child }: NamedNode): Standing {
    const standing = this.lookOnce(child);
    return wantedOf(part) === holds ? standing : opposites[standing];
  }

  /** A part that says something by itself, beside what is given. */
  private among(part: Part, { given, domains, isAlternative }: Scope): Standing {
    const near = related(part, given);
    if (near.length === 0 && domains === this.everywhere) return 'open';
    if (isImpossible([...near, part], domains)) {
      this.findings.clash(
        part,
        near.find((one) => isImpossible([one, part], domains)),
      );
      return 'dead';
    }
    if (!isImpossible([...near, opposite(part)], domains)) return 'open';
    const other = near.find((one) => isImpossible([one, opposite(part)], domains));
    if (isAlternative) this.findings.enough(part, other);
    else this.findings.repetition(part, other);
    return 'certain';
  }

  /** Parts that must all be. Single comparisons come first, because they say the most about the lists beside them. */
  private together(parts: readonly Part[], scope: Scope): Standing {
    const open: Part[] = [];
    const untouched = new Set<Part>();
    let isDead = false;
    const areApart = parts.length > listMax || readApart([...parts, ...scope.given]);
    for (const part of [...parts.filter(isAtom), ...parts.filter((one) => !isAtom(one))]) {
      const before = this.findings.count;
      const standing = this.part(part, {
        domains: scope.domains,
        given: areApart ? [] : [...open, ...scope.given],
      });
      if (standing === 'open') open.push(part);
      if (this.findings.count === before) untouched.add(part);
      if (standing === 'dead') isDead = true;
    }
    if (isDead) return 'dead';
    if (areApart) return open.length === 0 ? 'certain' : 'open';
    return this.dropRepetitions(
      parts.filter((part) => open.includes(part)),
      untouched,
      scope,
    );
  }

  /**
   * What follows from parts that come later in the list. Nothing follows from a part of which something was reported: it
   * may be just what follows from here.
   */
  private dropRepetitions(
    parts: readonly Part[],
    untouched: ReadonlySet<Part>,
    { given, domains }: Scope,
  ): Standing {
    const left = new Set(parts);
    for (const part of parts) {
      const others = [...left].filter((one) => one !== part && untouched.has(one));
      if (related(part, others).length === 0) continue;
      const near = related(part, [...others, ...given]);
      if (!isImpossible([...near, opposite(part)], domains)) continue;
      left.delete(part);
      this.findings.repetition(
        part,
        near.find((one) => isImpossible([one, opposite(part)], domains)),
      );
    }
    return left.size === 0 ? 'certain' : 'open';
  }

  /** Parts of which one is enough. */
  private alternatives(list: Part, parts: readonly Part[], scope: Scope): Standing {
    const given = parts.length > listMax ? [] : scope.given;
    const standings = parts.map((part) => this.part(part, { ...scope, given, isAlternative: true }));
    const left = new Set(parts.filter((_, index) => standings[index] === 'open'));
    if (standings.includes('certain')) return 'certain';
    if (left.size === 0) return 'dead';
    if (left.size === 1 || left.size > listMax || readApart([...left])) return 'open';
    const near = related(list, scope.given);
    if (isImpossible([...near, ...[...left].map(opposite)], scope.domains)) {
      this.findings.coverAll(list, near);
      return 'certain';
    }
    this.dropCovered([...left].reverse(), left, { given: near, domains: scope.domains });
    return 'open';
  }

  /** Alternatives that the others take in: the later of two that say the same, the narrower of two. */
  private dropCovered(parts: readonly Part[], left: Set<Part>, { given, domains }: Scope): void {
    for (const part of parts) {
      const others = related(
        part,
        [...left].filter((one) => one !== part),
      );
      if (others.length === 0 || !isImpossible([...given, part, ...others.map(opposite)], domains)) continue;
      left.delete(part);
      this.findings.covered(
        part,
        others.find((one) => isImpossible([...given, part, opposite(one)], domains)),
      );
    }
  }
}

/** In its surroundings, a part can never be as it is wanted, always is, or may be. */
export type Standing = 'dead' | 'certain' | 'open';

const opposites = { dead: 'certain', certain: 'dead', open: 'open' } as const;

function standingOf(goal: Goal, domains: FactDomains): Standing {
  if (isImpossible([goal], domains)) return 'dead';
  return isImpossible([opposite(goal)], domains) ? 'certain' : 'open';
}

interface Scope {
  readonly given: readonly Part[];
  readonly domains: FactDomains;
  /** The part is one of several of which one is enough. */
  readonly isAlternative?: boolean;
}

/** In longer lists every part is looked at for itself. */
const listMax = 32;
