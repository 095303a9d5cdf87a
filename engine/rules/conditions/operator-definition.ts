import type { FactOperand, Verdict } from '../../model/condition.ts';
import type { JsonObject } from '../../model/json.ts';
import type { FactValues } from '../../model/rulebook.ts';
import type { Libraries } from '../../ports.ts';
import type { Cursor } from '../cursor.ts';
import type { Read } from '../shape.ts';

/** What a fact must be for an operator to make sense of it. */
export type OperandType = 'any' | 'number' | 'text' | 'list' | 'time' | 'place' | 'customer';

/** A comparison that may look at further facts. Never throws, whatever it is given. */
export type Comparing = (fact: unknown, value: unknown, facts?: FactValues) => Verdict;

/** What an operator is asked to do with its value. */
export interface OperatorContext {
  readonly libraries: Libraries;
  /** The slot of a further fact; that the test looks at it is noted. */
  readonly look: (name: 'now' | 'customer.timeZone') => number;
  /** A further fact that the value names: `{ fact, path? }`. It is noted as well. */
  readonly lookAt: (named: Readonly<Record<string, unknown>>, at: Cursor) => Read<FactOperand>;
}

/** How the value of an operator is written. It is checked, and prepared for comparing, once: when the book is loaded. */
export interface LiteralShape {
  readonly expected: string;
  readonly schema: JsonObject;
  /** What `compare` is given, or every fault of the value. */
  readonly read: (value: unknown, at: Cursor, context: OperatorContext) => Read<unknown>;
}

/** An operator that compares a fact with a value. */
export interface ComparingOperator {
  readonly form: 'comparison';
  readonly takes: OperandType;
  /** json-rules-engine 7 has it, and gives these answers. */
  readonly reference: boolean;
  /** Compares with the value as `literal` prepared it; where there is no `literal`, as it is written. */
  readonly compare: Comparing;
  readonly literal?: LiteralShape;
  /** Compares with the value of another fact. Absent: the value must be written out. */
  readonly withFact?: (context: OperatorContext) => Comparing;
}

/**
 * An operator that looks like a comparison and is something else: whether the customer is in a segment, whether the
 * event changed a fact. Of the decorators only `not` goes with it.
 */
export interface SpecialOperator {
  readonly form: 'segment' | 'change';
  readonly takes: OperandType;
  readonly reference: false;
  readonly literal: Pick<LiteralShape, 'expected' | 'schema'>;
}

export type OperatorDefinition = ComparingOperator | SpecialOperator;
