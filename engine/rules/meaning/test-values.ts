import type { TestNode, Verdict } from '../../model/condition.ts';
import type { FactDomain } from './fact-domain.ts';
import { everyNumber, type NumberSet, noNumber, numbersWhere } from './number-set.ts';
import { type OperatorAnswers, operatorAnswers } from './operator-answers.ts';
import { everyText, noText, type TextSet, textsWhere } from './text-set.ts';
import { intersection, others, type ValueSet } from './value-set.ts';

/** Which verdicts a condition may come to, as bits. */
export type Verdicts = number;
export const holds: Verdicts = 1;
export const fails: Verdicts = 2;
/** It cannot be carried out. */
export const undecided: Verdicts = 4;
export const anyVerdict: Verdicts = holds | fails | undecided;
export const holdsNot: Verdicts = fails | undecided;
export const failsNot: Verdicts = holds | undecided;

export function verdictBit(verdict: Verdict): Verdicts {
  if (verdict === undefined) return undecided;
  return verdict ? holds : fails;
}

/** The same verdicts, seen through a `not`. */
export function turned(verdicts: Verdicts): Verdicts {
  return (verdicts & undecided) | (verdicts & holds ? fails : 0) | (verdicts & fails ? holds : 0);
}

/** What it says about a fact that a test comes to one of some verdicts. */
export interface TestValues {
  /** Values of the fact's domain with which it may come to one of them; with any other value it does not. */
  readonly values: ValueSet;
  /** With each of these values it does come to one of them. */
  readonly exact: boolean;
}

/** The values of its fact, of those in its domain, with which a test comes to one of the verdicts. */
export function testValues(test: TestNode, verdicts: Verdicts, domain: FactDomain): TestValues {
  const { compare, right, operator } = test;
  if (!compare || 'slot' in right) return { values: domain.values, exact: false };
  const { literal } = right;
  const answers = operatorAnswers(operator, literal);
  const hit = (value: unknown) => (verdictBit(compare(value, literal)) & verdicts) !== 0;
  const values = valuesWhere(answers, hit, domain.values);
  return { values: intersection(values, domain.values), exact: isTold(answers, domain.values) };
}

type Hit = (value: unknown) => boolean;

/** Kinds of values that the domain does not have are not asked about: most facts are plain numbers. */
function valuesWhere(answers: OperatorAnswers, hit: Hit, domain: ValueSet): ValueSet {
  const { cuts, told } = answers;
  return {
    numbers: hasNone(domain.numbers) ? noNumber : told.numbers ? numbersWhere(cuts, hit) : everyNumber,
    texts: textsIn(domain.texts, told.texts && (() => textsWhere(answers, hit))),
    lists: textsIn(domain.lists, told.lists && (() => listsWhere(cuts, hit))),
    others: othersWhere(domain.others, hit, told.maps),
  };
}

function hasNone({ cuts, inside }: NumberSet): boolean {
  return cuts.length === 0 && inside[0] === false;
}

function textsIn(domain: TextSet, find: false | (() => TextSet)): TextSet {
  if (domain === noText) return noText;
  return find ? find() : everyText;
}

/** A list with one number in it is worth that number, and an empty one nothing. */
function listsWhere(cuts: readonly number[], hit: Hit): TextSet {
  return { ...noText, numeric: numbersWhere(cuts, (number) => hit([number])), plain: hit([]) };
}

const maps = others.map.bit | others.textless.bit;

function othersWhere(domain: number, hit: Hit, told: boolean): number {
  let found = told ? 0 : domain & maps;
  for (const { bit, value } of Object.values(others)) {
    if ((domain & bit) === 0 || (found & bit) !== 0) continue;
    if (hit(value)) found |= bit;
  }
  return found;
}

/** Whether every kind of value that the fact can have is among those on which the operator's answer can be told. */
function isTold({ told }: OperatorAnswers, domain: ValueSet): boolean {
  return (
    (told.numbers || hasNone(domain.numbers)) &&
    (told.texts || domain.texts === noText) &&
    (told.lists || domain.lists === noText) &&
    (told.maps || (domain.others & maps) === 0)
  );
}
