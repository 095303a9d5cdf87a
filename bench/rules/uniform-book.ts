import { Random } from '../measure/random.ts';
import {
  type Action,
  countFact,
  drawComparison,
  drawCustomers,
  type FactModel,
  moneyFact,
  scoreFact,
  type Workload,
} from './workload.ts';

const numberFacts = 30;
const textFacts = 10;
const conditionsPerRule = 5;

/**
 * `size` rules of five conditions over 40 facts, all of which must hold: 30 numbers (a third each counts with whole
 * thresholds, money with round thresholds, continuous scores with thresholds of full precision) and 10 texts with 10 to
 * 19 values each, some more frequent than others. The facts of a rule are five different ones, each as likely as any
 * other. Numbers are compared with one of the four order operators, texts with `equal`, `notEqual` or `in`, each equally
 * often.
 *
 * Selectivity: thresholds fall as the customers' values do, so a comparison of numbers holds for about half of them;
 * `equal` for one in eight, `in` for two in five, `notEqual` for seven in eight. About 3 % of the rules match a customer,
 * and evaluation from the left is over after two of the five conditions in the mean. The measured share is printed.
 */
export function uniformBook(size: number): Workload {
  const random = new Random(0x5eed + size);
  const facts = factModels();
  return {
    book: 'uniform',
    tiers: 1,
    factNames: facts.map((fact) => fact.name),
    actions: Array.from({ length: size }, () => drawRule(facts, random)),
    customers: drawCustomers(facts, random),
  };
}

function factModels(): readonly FactModel[] {
  const numbers = Array.from({ length: numberFacts }, (_, index): FactModel => {
    const name = `n${index}`;
    if (index % 3 === 0) return countFact(name, 4 + index);
    return index % 3 === 1 ? moneyFact(name, 20 + 10 * index) : scoreFact(name);
  });
  const texts = Array.from({ length: textFacts }, (_, index): FactModel => {
    const values = Array.from({ length: 10 + index }, (_, value) => `t${index}-${value}`);
    return { name: `t${index}`, kind: 'text', values };
  });
  return [...numbers, ...texts];
}

function drawRule(facts: readonly FactModel[], random: Random): Action {
  const all = random.some(facts, conditionsPerRule).map((fact) => drawComparison(fact, random));
  return { tiers: [{ all }] };
}
