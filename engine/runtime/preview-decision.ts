import { allowanceAt } from '../budgets/budget-pace.ts';
import { hashId96 } from '../chance/hash.ts';
import { type DecideResult, decide } from '../decide/decide.ts';
import type { BudgetView } from '../decide/decide-input.ts';
import { explain } from '../decide/explain.ts';
import type { ConsentState, CustomerState } from '../model/customer-state.ts';
import { newCustomerState } from '../model/customer-state.ts';
import type { DecisionId } from '../model/ids.ts';
import type { DecideAnswer, PreviewChanges } from './application.ts';
import { checkPreview } from './check-preview.ts';
import { previewPrefix } from './degraded-desk.ts';
import { findCustomer } from './find-document.ts';
import { type Asked, type Attempt, inputOf, stateSeen } from './request-state.ts';
import type { RuntimeContext } from './runtime-context.ts';

/**
 * Decides to look at.
 *
 * PV1. A preview goes through the same pipeline, on the same state, as a request at that moment would.
 * PV2. It leaves no trace: nothing is committed, published, counted, reserved or spent, events that came along are not kept,
 *     and no service is asked.
 * PV3. What it takes to be otherwise is checked by name: a change that would change nothing is refused.
 */
export async function previewDecision(
  context: RuntimeContext,
  asked: Asked,
  changes: PreviewChanges,
): Promise<DecideAnswer> {
  const { request, requestId, rulebook } = asked;
  checkPreview(rulebook, changes);
  await context.tables.opened();
  const { key, partition, document, state } = await findCustomer(context, request.customer);
  const now = changes.at ?? Math.max(context.ports.clock.now(), (state?.erasedUntil ?? 0) + 1);
  const id = `${previewPrefix}${hashId96(`${request.customer}|${requestId}`)}` as DecisionId;
  const nothing = { erasure: undefined, brought: [], unless: undefined };
  const attempt: Attempt = { ...asked, key, partition, document, state, id, now, ...nothing };
  const input = {
    ...inputOf(context, attempt, withConsent(stateSeen(attempt), attempt, changes)),
    ...(changes.facts && { overrides: new Map(Object.entries(changes.facts)) }),
    ...(changes.arms && { arms: new Map(Object.entries(changes.arms)) }),
  };
  const { decision } = await decideByBudgets(context, attempt, (budgets) => decide({ ...input, budgets }));
  const shown = { ...decision, preview: true as const };
  return { decision: shown, repeated: false, ...(request.explain && { explain: explain(shown) }) };
}

function withConsent(
  state: CustomerState | undefined,
  { key }: Attempt,
  { consent }: PreviewChanges,
): CustomerState | undefined {
  if (!consent) return state;
  const base = state ?? newCustomerState(key);
  const said = Object.entries(consent).map(([purpose, status]): readonly [string, ConsentState] => [
    purpose,
    // Later than whatever the customer said: the newest word counts.
    { status, at: Number.MAX_SAFE_INTEGER, source: 'preview' },
  ]);
  return { ...base, own: { ...base.own, consent: { ...base.own.consent, ...Object.fromEntries(said) } } };
}

/** What the partition has of a budget, and what the ledger would give it; asked for only where that matters. */
async function decideByBudgets(
  context: RuntimeContext,
  { partition, rulebook, now }: Attempt,
  make: (budgets: BudgetView) => DecideResult,
): Promise<DecideResult> {
  const inLedger = new Map<string, number>();
  for (;;) {
    const view = await context.desk.view(partition, rulebook, now);
    const left: BudgetView['left'] = (name, wanted) => view.left(name, wanted) + (inLedger.get(name) ?? 0);
    const result = make({ left });
    const unknown = [...view.starved.keys()].filter((name) => !inLedger.has(name));
    if (unknown.length === 0) return result;
    for (const name of unknown) inLedger.set(name, await leftInLedger(context, { rulebook, now }, name));
  }
}

async function leftInLedger(
  { desk, ports }: RuntimeContext,
  { rulebook, now }: Pick<Attempt, 'rulebook' | 'now'>,
  name: string,
): Promise<number> {
  const open = desk.openBudgets(rulebook, now).find(({ budget }) => budget.name === name);
  if (!open) return 0;
  const { reserved } = await ports.budgets.standing(open.name);
  return Math.max(0, allowanceAt(open.budget, open.window, now) - reserved);
}
