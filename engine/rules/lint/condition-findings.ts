import type { TestNode } from '../../model/condition.ts';
import { conditionText, testText } from '../conditions/condition-text.ts';
import type { FactDomain } from '../meaning/fact-domain.ts';
import type { Goal } from '../meaning/search-facts.ts';
import { holds } from '../meaning/test-values.ts';
import { anyValue } from '../meaning/value-set.ts';
import { placeInWords, type Warn } from './linted-book.ts';
import type { Misfit } from './misfit.ts';

/** The words for what is found in conditions. */
export class ConditionFindings {
  /** How many there are so far. */
  count = 0;
  private readonly warn: Warn;

  constructor(warn: Warn) {
    this.warn = (finding) => {
      this.count += 1;
      warn(finding);
    };
  }

  /** A comparison that always comes to the same, whoever the customer is. */
  idle(
    test: TestNode,
    { isNever, domain }: { readonly isNever: boolean; readonly domain: FactDomain },
  ): void {
    const { at, left } = test;
    const always = isNever ? 'never' : 'always';
    const why =
      domain.values === anyValue
        ? `whatever \`${left.read.name}\` is`
        : `because \`${left.read.name}\` is ${domain.words}`;
    this.warn({
      code: isNever ? 'NBR_NEVER_TRUE' : 'NBR_ALWAYS_TRUE',
      at,
      message:
        `${at.label}: found \`${inShort(testText(test))}\`, which is ${always} true, ${why}; ` +
        'expected a comparison that tells customers apart.',
      hint: isNever
        ? `Compare with a value that \`${left.read.name}\` can have.`
        : 'Compare with a value that not everybody has; as it is, it decides nothing.',
    });
  }

  misfit(test: TestNode, { found, expected, hint }: Misfit): void {
    this.warn({
      code: 'NBR_WRONG_FACT_TYPE',
      at: test.at,
      message: `${test.at.label}: found ${found}, expected ${expected}.`,
      hint,
    });
  }

  /** Two parts that nobody can meet together. */
  clash(goal: Goal, other: Goal | undefined): void {
    const { at } = goal.tree;
    this.warn({
      code: 'NBR_NEVER_TRUE',
      at,
      message:
        `${at.label}: found \`${goalText(goal)}\`, which is never true together with ${inPlace(other)}; ` +
        'expected conditions that one customer can meet at the same time.',
      hint: 'Change one of the two; as it is, this part is never true.',
    });
  }

  /** A part that follows from another one. */
  repetition(goal: Goal, other: Goal | undefined): void {
    const { at } = goal.tree;
    this.warn({
      code: 'NBR_REDUNDANT_CONDITION',
      at,
      message:
        `${at.label}: found \`${goalText(goal)}\`, which is always true where ${inPlace(other)} is; ` +
        'expected a condition that asks for something more.',
      hint: 'Leave it out; if it was meant to ask for more, change it.',
    });
  }

  /** An alternative that always is, so that the others do not matter. */
  enough(goal: Goal, other: Goal | undefined): void {
    const { at } = goal.tree;
    this.warn({
      code: 'NBR_REDUNDANT_CONDITION',
      at,
      message:
        `${at.label}: found the alternative \`${goalText(goal)}\`, which is always true where ${inPlace(other)} is, so ` +
        'that the others do not matter; expected an alternative for some customers only.',
      hint: 'Leave out the whole list of alternatives; if it was meant to ask for more, change this one.',
    });
  }

  /** An alternative that another one takes in. */
  covered(goal: Goal, other: Goal | undefined): void {
    const { at } = goal.tree;
    this.warn({
      code: 'NBR_REDUNDANT_CONDITION',
      at,
      message:
        `${at.label}: found the alternative \`${goalText(goal)}\`, which adds nobody, because ` +
        `${inPlace(other)} is true for all of them already; expected an alternative of its own.`,
      hint: 'Leave it out, or write `all` instead of `any` if both must be true.',
    });
  }

  /** Alternatives one of which is always there. */
  coverAll(goal: Goal, given: readonly Goal[]): void {
    const { at } = goal.tree;
    const where = given[0] ? ` where ${inPlace(given[0])} is true` : '';
    this.warn({
      code: 'NBR_ALWAYS_TRUE',
      at,
      message:
        `${at.label}: found \`${goalText(goal)}\`, of which one part is always true${where}; ` +
        'expected a condition that tells customers apart.',
      hint: 'Leave it out, or write `all` instead of `any` if every part must be true.',
    });
  }
}

function goalText({ tree, verdicts }: Goal): string {
  const text = conditionText(tree);
  return inShort(verdicts === holds ? text : `not (${text})`);
}

function inPlace(goal: Goal | undefined): string {
  return goal ? `\`${goalText(goal)}\` (${placeInWords(goal.tree.at)})` : 'the conditions around it';
}

const textMax = 100;

function inShort(text: string): string {
  return text.length > textMax ? `${text.slice(0, textMax)}...` : text;
}
