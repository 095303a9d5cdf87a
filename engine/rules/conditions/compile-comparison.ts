import type { Comparison, ConditionTree, FactOperand, FactRead, Operand } from '../../model/condition.ts';
import type { Cursor } from '../cursor.ts';
import { invalid, isMap, type Read } from '../shape.ts';
import { compileChangeTest } from './change-test.ts';
import type { ConditionScope, NodePlace } from './compile-condition.ts';
import { compileFact, compileFactValue } from './compile-fact.ts';
import { comparisonOf, operandValue, situatedTestOf } from './condition-tree.ts';
import { readInWords, strayRead } from './named-use.ts';
import type { Comparing, ComparingOperator, OperatorContext } from './operator-definition.ts';
import { prepareLiteral } from './prepare-literal.ts';
import { decorate, type OperatorUse, readOperator } from './read-operator.ts';
import { compileSegmentTest } from './segment-test.ts';

/** Compiles `{ fact, operator, value, path? }`. */
export function compileComparison(
  value: Readonly<Record<string, unknown>>,
  place: NodePlace,
): Read<ConditionTree> {
  const { at, scope } = place;
  const use = Object.hasOwn(value, 'operator')
    ? readOperator(value.operator, at)
    : reportMissing('operator', at);
  const hasValue = Object.hasOwn(value, 'value') || reportMissing('value', at) !== invalid;
  if (use !== invalid && hasValue && use.definition.form === 'segment')
    return compileSegmentTest(value, use, place);
  const left = compileFact(value, at, scope);
  if (use === invalid || !hasValue) return invalid;
  const { definition } = use;
  if (definition.form !== 'comparison')
    return left === invalid ? invalid : compileChangeTest(value, { use, left }, place);
  const surroundings = new Surroundings(scope);
  const right = compileValue(value, { ...use, definition }, { at, scope, surroundings });
  if (left === invalid || right === invalid || !areThere(surroundings.reads, use, place)) return invalid;
  return toTest({ use, left, right, reads: surroundings.reads, at });
}

/** The right side of a comparison, and what compares with it. */
interface RightSide {
  readonly operand: Operand;
  readonly compare: Comparing;
}

/** What an operator looks at beside its two sides. The context is made when an operator asks for it: most do not. */
class Surroundings {
  reads: readonly FactRead[] = nothing;
  private readonly scope: ConditionScope;

  constructor(scope: ConditionScope) {
    this.scope = scope;
  }

  get context(): OperatorContext {
    const { scope } = this;
    return {
      libraries: scope.libraries,
      look: (name) => {
        const source = name === 'now' ? ({ kind: 'now' } as const) : scope.facts.timeZone;
        this.note({ name, kind: source.kind });
        return scope.facts.intern(name, source);
      },
      lookAt: (named, at) => {
        const fact = compileFactValue(named, at, scope);
        if (fact !== invalid) this.note(fact.read);
        return fact;
      },
    };
  }

  private note(read: FactRead): void {
    if (!this.reads.some(({ name }) => name === read.name)) this.reads = [...this.reads, read];
  }
}

const nothing: readonly never[] = [];

function areThere(
  reads: readonly FactRead[],
  { name }: OperatorUse,
  { at: parent, scope }: NodePlace,
): boolean {
  const stray = strayRead(reads, scope.allowed);
  if (!stray) return true;
  const at = parent.at('operator');
  at.error(
    'NBR_FACT_NOT_HERE',
    `${at.label}: \`${name}\` looks at ${readInWords(stray)}, expected only ${scope.allowed.words}.`,
  );
  return false;
}

function toTest({
  use: { written: operator },
  left,
  right: { operand: right, compare },
  reads,
  at,
}: {
  readonly use: OperatorUse;
  readonly left: FactOperand;
  readonly right: RightSide;
  readonly reads: readonly FactRead[];
  readonly at: Cursor;
}): ConditionTree {
  if (reads.length === 0)
    return comparisonOf({ operator, compare: compare satisfies Comparison, left, right, at });
  return situatedTestOf({
    operator,
    left,
    right,
    reads: 'slot' in right ? [right.read, ...reads] : reads,
    at,
    test: (facts) => compare(operandValue(left, facts), operandValue(right, facts), facts),
  });
}

type ComparingUse = OperatorUse & { readonly definition: ComparingOperator };

function compileValue(
  condition: Readonly<Record<string, unknown>>,
  use: ComparingUse,
  {
    at: parent,
    scope,
    surroundings,
  }: { readonly at: Cursor; readonly scope: ConditionScope; readonly surroundings: Surroundings },
): Read<RightSide> {
  const { value } = condition;
  const at = parent.at('value');
  if (!isMap(value) || !Object.hasOwn(value, 'fact')) {
    const compare = prepareLiteral(value, use, { at, surroundings });
    return compare === invalid ? invalid : { operand: { literal: value }, compare };
  }
  const operand = compileFactValue(value, at, scope);
  const { withFact } = use.definition;
  if (withFact) {
    if (operand === invalid) return invalid;
    return { operand, compare: decorate(withFact(surroundings.context), use.decorators) };
  }
  at.error(
    'NBR_WRONG_VALUE',
    `${at.label}: expected ${use.definition.literal?.expected ?? 'a value'} that is written out, found a fact.`,
  );
  return invalid;
}

function reportMissing(name: string, at: Cursor): typeof invalid {
  at.error('NBR_MISSING_FIELD', `${at.label}: expected a condition with the field \`${name}\`, found none.`);
  return invalid;
}
