import { setImmediate } from 'node:timers/promises';
import { Engine, type TopLevelCondition } from 'json-rules-engine';
import type { Verdict } from '../../engine/index.ts';

/** A condition as json-rules-engine takes it: at its root an `all`, `any`, `not` or `condition`. */
export type ReferenceCondition = Readonly<Record<string, unknown>>;

export type ReferenceFacts = Readonly<Record<string, unknown>>;

/** What conditions may refer to. */
export interface ReferenceTerms {
  readonly named: Readonly<Record<string, ReferenceCondition>>;
  /** Operators of ours; one that cannot be carried out comes to undefined. */
  readonly operators?: Readonly<Record<string, (fact: unknown, value: unknown) => Verdict>>;
}

/**
 * What json-rules-engine says, as verdicts that ours must equal.
 *
 * Where it answers, that is the verdict. Where it throws, one of the tests cannot be carried out with these facts, and
 * whether the rest settles the matter without it hangs on the priorities: a list stops at the first set of equal
 * priority that decides it, and throws when a test in that set or in one before it throws. Ours knows no priorities. So
 * the verdict is then put together from what json-rules-engine says of every test alone: a test on which it throws is
 * unknown; `all` is false as soon as one child is, `any` true as soon as one is, whatever the unknown ones would have
 * been; all else that hangs on an unknown test is unknown. That is its own answer with the tests that decide put first.
 */
export class Reference {
  private readonly conditions: readonly ReferenceCondition[];
  private readonly terms: ReferenceTerms;
  private readonly engine: RecordingEngine;
  private readonly alone = new Map<ReferenceCondition, RecordingEngine>();

  constructor(conditions: readonly ReferenceCondition[], terms: ReferenceTerms) {
    this.conditions = conditions;
    this.terms = terms;
    this.engine = new RecordingEngine(conditions, terms);
  }

  /** In the order of the conditions. */
  async verdicts(facts: ReferenceFacts): Promise<readonly Verdict[]> {
    const answers = await this.answers(facts);
    const verdicts: Verdict[] = [];
    for (const [index, condition] of this.conditions.entries()) {
      verdicts.push(answers[index] ?? (await this.combine(condition, facts)));
    }
    return verdicts;
  }

  /** The bare answers: undefined where it throws. */
  answers(facts: ReferenceFacts): Promise<readonly Verdict[]> {
    return this.engine.ask(facts);
  }

  private async combine(condition: ReferenceCondition, facts: ReferenceFacts): Promise<Verdict> {
    if (typeof condition.condition === 'string') {
      return this.combine(this.terms.named[condition.condition] ?? {}, facts);
    }
    if (condition.not !== undefined) {
      return negate(await this.combine(condition.not as ReferenceCondition, facts));
    }
    const children = (condition.all ?? condition.any) as readonly ReferenceCondition[] | undefined;
    if (!children) return this.askAlone(condition, facts);
    if (children.length === 0) return true;
    const decisive = condition.any !== undefined;
    const verdicts: Verdict[] = [];
    for (const child of children) verdicts.push(await this.combine(child, facts));
    if (verdicts.includes(decisive)) return decisive;
    return verdicts.includes(undefined) ? undefined : !decisive;
  }

  private async askAlone(test: ReferenceCondition, facts: ReferenceFacts): Promise<Verdict> {
    const engine = this.alone.get(test) ?? new RecordingEngine([{ all: [test] }], this.terms);
    this.alone.set(test, engine);
    return (await engine.ask(facts))[0];
  }
}

function negate(verdict: Verdict): Verdict {
  return verdict === undefined ? undefined : !verdict;
}

/** One engine with a rule for every condition. All rules have one priority, so that none keeps another from being run. */
class RecordingEngine {
  private readonly engine = new Engine([], { allowUndefinedFacts: true });
  private answers: Verdict[] = [];

  constructor(conditions: readonly ReferenceCondition[], { named, operators = {} }: ReferenceTerms) {
    for (const [name, compare] of Object.entries(operators)) {
      this.engine.addOperator(name, (fact, value) => orThrow(compare(fact, value)));
    }
    for (const [name, condition] of Object.entries(named)) this.engine.setCondition(name, copyOf(condition));
    for (const [index, condition] of conditions.entries()) this.addRule(condition, index);
  }

  private addRule(condition: ReferenceCondition, index: number): void {
    this.engine.addRule({
      conditions: copyOf(condition),
      event: { type: 'asked' },
      onSuccess: () => {
        this.answers[index] = true;
      },
      onFailure: () => {
        this.answers[index] = false;
      },
    });
  }

  /** By rule; undefined where it throws. One question at a time. */
  async ask(facts: ReferenceFacts): Promise<readonly Verdict[]> {
    const answers: Verdict[] = [];
    this.answers = answers;
    try {
      await this.engine.run(facts);
    } catch (error) {
      // Only an operator that meets a value it cannot work with fails like this.
      if (!(error instanceof TypeError)) throw error;
      // The run ends with the first rule that throws; the others are still on their way.
      await setImmediate();
    }
    return answers;
  }
}

function orThrow(verdict: Verdict): boolean {
  if (verdict === undefined) throw new TypeError('the comparison cannot be carried out');
  return verdict;
}

/** The engine writes into what it is given. */
export function copyOf(condition: ReferenceCondition): TopLevelCondition {
  return structuredClone(condition) as unknown as TopLevelCondition;
}
