import { speaksOf } from '../../customer/outcomes.ts';
import type { Experiment } from '../../model/experiment.ts';
import type { OutcomeRule, Rulebook, Treatment } from '../../model/rulebook.ts';
import type { Conversion } from './customer-trace.ts';
import { type Subject, subjectsOf, withholds } from './subjects.ts';

/**
 * What an experiment counts as a conversion, and what one is worth. It has to be the same in every arm: an event counts
 * whether or not something was shown before, because those who were shown nothing would never convert otherwise.
 */
export interface Goal {
  /**
   * `events`: those of the rules of `outcomes:`. `reported`: conversions that channels report for a decision, where no
   * rule speaks of what the experiment is about. `none`: neither would be the same in every arm.
   */
  readonly source: 'events' | 'reported' | 'none';
  /** Names of the rules. */
  readonly rules: readonly string[];
  /** `read`: from the event. `fixed`: the actions' own value. `unknown`: their values differ from each other or by customer. */
  readonly worth: 'read' | 'fixed' | 'unknown';
}

/** What one conversion counts for an experiment; the value is undefined where nobody knows it. */
export interface Counted {
  readonly value: number | undefined;
}

/** The goal of one experiment, ready to count by. */
export class GoalCount {
  readonly goal: Goal;
  readonly #rules: ReadonlyMap<OutcomeRule, number | undefined>;
  readonly #treatments: ReadonlyMap<string, number | undefined>;

  /** `reads`: the value of a conversion stands in what tells of it. */
  constructor(experiment: Experiment, book: Rulebook, { reads }: { readonly reads: boolean }) {
    const subjects = subjectsOf(experiment, book);
    this.#rules = worthOfRules(subjects, book.conversionRules);
    this.#treatments = worthOfTreatments(subjects);
    const source = this.#rules.size > 0 ? 'events' : withholds(experiment) ? 'none' : 'reported';
    const worths = [...(source === 'events' ? this.#rules : this.#treatments).values()];
    const worth = reads ? 'read' : worths.includes(undefined) ? 'unknown' : 'fixed';
    this.goal = { source, rules: [...this.#rules.keys()].map(({ name }) => name), worth };
  }

  /** undefined: it does not count for this experiment. */
  count({ told, amount }: Conversion): Counted | undefined {
    const { source, worth } = this.goal;
    if (source === 'none' || (told.kind === 'reported') !== (source === 'reported')) return undefined;
    if (told.kind === 'event') {
      const rule = told.rules.find((each) => this.#rules.has(each));
      return rule && { value: worth === 'read' ? amount : this.#rules.get(rule) };
    }
    if (!this.#treatments.has(told.treatment)) return undefined;
    return { value: amount ?? (worth === 'read' ? undefined : this.#treatments.get(told.treatment)) };
  }

  /** A report of a conversion that is left out, because events tell of conversions, or not every arm can have one. */
  isLeftOut({ told }: Conversion): boolean {
    return (
      told.kind === 'reported' && this.goal.source !== 'reported' && this.#treatments.has(told.treatment)
    );
  }
}

/** The rules that speak of something the experiment is about, with the one value that all of it has. */
function worthOfRules(
  subjects: readonly Subject[],
  rules: readonly OutcomeRule[],
): ReadonlyMap<OutcomeRule, number | undefined> {
  const worths = new Map<OutcomeRule, number | undefined>();
  for (const rule of rules) {
    const spokenOf = subjects.flatMap(({ action, treatments }) =>
      treatments.filter(({ channel }) =>
        speaksOf(rule, { action: action.name, group: action.group, channel }),
      ),
    );
    if (spokenOf.length > 0) worths.set(rule, onlyValueOf(spokenOf));
  }
  return worths;
}

function worthOfTreatments(subjects: readonly Subject[]): ReadonlyMap<string, number | undefined> {
  const worths = new Map<string, number | undefined>();
  for (const { action, treatments } of subjects) {
    for (const treatment of treatments) {
      worths.set(`${action.name}/${treatment.name}`, onlyValueOf([treatment]));
    }
  }
  return worths;
}

function onlyValueOf(treatments: readonly Treatment[]): number | undefined {
  const [first] = treatments;
  if (!first || typeof first.value !== 'number') return undefined;
  return treatments.every(({ value }) => value === first.value) ? first.value : undefined;
}
