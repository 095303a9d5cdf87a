import { decodeState } from '../customer/codec.ts';
import { type DecideResult, decide } from '../decide/decide.ts';
import type { BudgetView, DecideInput } from '../decide/decide-input.ts';
import type { ModelSnapshot } from '../model/model-snapshot.ts';
import type { BudgetAnswer, Receipt, ReceiptInput } from '../model/receipt.ts';
import type { Rulebook } from '../model/rulebook.ts';
import { ReferenceTable, type TablesInForce } from '../overlays/reference-table.ts';
import { fromBase64 } from './base64.ts';

/** What comes of a receipt when it is decided again. */
export interface Reexecution {
  readonly input: DecideInput;
  readonly result: DecideResult;
  /** Whether it is the decision that the receipt is of, to the last byte. */
  readonly matches: boolean;
}

/** Makes the decision of a receipt again; undefined where the receipt was too large to be kept whole. */
export function reexecute(
  receipt: Receipt,
  rulebook: Rulebook,
  sha256: (text: string) => string,
): Reexecution | undefined {
  const input = inputOf(receipt, rulebook);
  if (!input) return undefined;
  const result = decide(input);
  return { input, result, matches: sha256(JSON.stringify(result.decision)) === receipt.decision };
}

/** The input that a receipt's decision was made on; undefined where the receipt was too large to be kept whole. */
export function inputOf({ input }: Receipt, rulebook: Rulebook): DecideInput | undefined {
  if (!input) return undefined;
  const { asked, state, model, budgets, tables, arms, overrides } = input;
  const tablesRead = tables && tablesOf(tables);
  return {
    ...(asked as unknown as Omit<DecideInput, 'rulebook' | 'model' | 'state' | 'budgets'>),
    rulebook,
    state: state === undefined ? undefined : decodeState(fromBase64(state)),
    model: model satisfies ModelSnapshot,
    budgets: budgetsOf(budgets),
    ...(tablesRead && { tables: tablesRead }),
    ...(arms && { arms: new Map(Object.entries(arms)) }),
    ...(overrides && { overrides: new Map(Object.entries(overrides)) }),
  };
}

/** A budget that was not looked at then stands in nobody's way: what was left of it is not known. */
function budgetsOf(answers: Readonly<Record<string, BudgetAnswer>>): BudgetView {
  return {
    isKnown: (budget) => Object.hasOwn(answers, budget),
    left: (budget, wanted) => {
      const answer = Object.hasOwn(answers, budget) ? answers[budget] : undefined;
      if (answer === undefined) return Number.MAX_SAFE_INTEGER;
      if (typeof answer === 'number') return answer;
      const [first] = answer;
      return (answer.find(([asked]) => asked === wanted) ?? first)?.[1] ?? 0;
    },
  };
}

function tablesOf(read: NonNullable<ReceiptInput['tables']>): TablesInForce {
  const tables = new Map(
    Object.entries(read).map(([overlay, { version, header, rows }]) => {
      const table = new ReferenceTable(header, version, rows.length);
      table.fill(rows);
      return [overlay, table] as const;
    }),
  );
  return { table: (overlay) => tables.get(overlay) };
}
