export { alwaysValid } from './compile-engagement.ts';
export {
  type CompiledBook,
  compileInSteps,
  compileRulebook,
  type RulebookSource,
} from './compile-rulebook.ts';
export { failureText } from './conditions/condition-text.ts';
export type { OperandType, OperatorDefinition } from './conditions/operator-definition.ts';
export { operators } from './conditions/operators.ts';
export { splitOperator } from './conditions/split-operator.ts';
export { type ComparisonCoverage, coverageOf, type RulebookCoverage } from './coverage/coverage.ts';
export { type DiagnosticCode, diagnosticCodes } from './diagnostic-codes.ts';
export {
  type Affected,
  type Change,
  type ConditionVerdict,
  type FieldChange,
  isDifferent,
  type Reach,
  type Subject,
  type Topic,
  topics,
} from './diff/change.ts';
export { diffRulebooks } from './diff/diff-rulebooks.ts';
export { parseDuration } from './duration.ts';
export { type IsoTime, parseIsoTime } from './iso-time.ts';
export { isInheritedName, isUnsafeKey } from './names.ts';
export { didYouMean, nearestName } from './nearest-name.ts';
export type { Diagnostic, Place, RuleDocument, RuleFile, Severity } from './rule-file.ts';
export { rulebookSchema } from './rulebook-schema.ts';
export { type RulebookTestResult, runRulebookTests } from './run-rulebook-tests.ts';
export { jsonSchema, type Shape } from './shape.ts';
export type { TestFailure } from './test-failures.ts';
export { factsOf, situationOf } from './test-situation.ts';
export { everyPurposeGranted, withoutChance } from './what-if.ts';
