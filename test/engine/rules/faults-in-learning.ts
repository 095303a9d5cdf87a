import type { DiagnosticCode } from '../../../engine/rules/diagnostic-codes.ts';

/** `code, source, found, expected`: a § marks the place that must be reported; the words must stand in the message. */
type Fault = readonly [code: DiagnosticCode, source: string, found: string, expected: string, hint?: string];

/** Faults in what is learned from. */
export const learningFaults: Readonly<Record<string, Fault>> = {
  'a predictor that does not exist': [
    'NBR_UNKNOWN_FACT',
    'learning: { predictors: [traits.plan, §orders.count_356d] }',
    '`orders.count_356d`',
    'a feature',
    '`orders.count_365d`',
  ],
  'a predictor that only grows': [
    'NBR_FACT_NOT_HERE',
    'learning: { predictors: [§now] }',
    '`now`',
    'a feature',
  ],
  'a predictor that tells who it is': [
    'NBR_FACT_NOT_HERE',
    'learning: { predictors: [§customer.key] }',
    '`customer.key`',
    'beside the key',
  ],
  'a predictor that is a whole map': [
    'NBR_FACT_NOT_HERE',
    'learning: { predictors: [§traits] }',
    '`traits`',
    '`traits.*`',
  ],
  'a personal predictor': [
    'NBR_PERSONAL_PREDICTOR',
    'privacy: { personal: [traits.email] }\nlearning: { predictors: [§traits.email] }',
    '`traits.email`',
    'not personal',
  ],
  'predictors that are neither a list nor the word': [
    'NBR_WRONG_TYPE',
    'learning: { predictors: §all }',
    'the text "all"',
    '`auto`',
  ],
  'an exception from a list': [
    'NBR_CONFLICTING_FIELDS',
    'learning: { predictors: [traits.plan], exclude: §[traits.city] }',
    'beside a list',
    '`predictors: auto`',
  ],
  'an exception that does not exist': [
    'NBR_UNKNOWN_FACT',
    'learning: { exclude: [§orders.count_356d] }',
    '`orders.count_356d`',
    'a feature',
    '`orders.count_365d`',
  ],
  'a share of nothing': ['NBR_WRONG_VALUE', 'learning: { shareCap: §0 }', 'the number 0', 'a number above 0'],
  'a link that does not exist': [
    'NBR_WRONG_VALUE',
    'learning: { link: §probit }',
    'the text "probit"',
    '`logit`, `identity`',
  ],
  'a strength of signals that does not exist': [
    'NBR_WRONG_VALUE',
    'learning: { signals: §medium }',
    'the text "medium"',
    '`weak`, `strong`',
  ],
};
