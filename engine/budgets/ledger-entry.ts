import type { BudgetReturn, Grant, GrantRequest } from '../ports.ts';

/** What a ledger knows of one budget and one partition. */
export interface LedgerEntry {
  readonly held: number;
  readonly lastReturn: number;
}

export const emptyLedgerEntry: LedgerEntry = { held: 0, lastReturn: 0 };

/** What `reserve` answers over an entry as it stands; what the partition holds afterwards is what is to be stored. */
export function grantOf(request: GrantRequest, entry: LedgerEntry, reserved: number): Grant {
  const added = grantedBy(request, entry, reserved);
  return { held: entry.held + added, lastReturn: entry.lastReturn, reserved: reserved + added };
}

/**
 * Grants shrink as the end comes near, so that little lies idle in partitions that happen to ask last. Ledgers in other
 * languages (`adapters/redis/scripts/reserve-script.ts`) do the same sum.
 */
function grantedBy(request: GrantRequest, entry: LedgerEntry, reserved: number): number {
  const before = Math.max(0, entry.held - request.known);
  const needed = request.needed - before;
  const left = Math.max(0, request.total - reserved);
  if (needed <= 0 || left <= 0 || left < request.least - before) return 0;
  const share = Math.min(request.most, Math.floor(left / request.parts));
  return Math.min(left, Math.max(needed, share));
}

/** The entry after a return; undefined when it came before. Nobody gives back more than the ledger says it holds. */
export function entryAfterReturn(
  { number, amount }: BudgetReturn,
  entry: LedgerEntry,
): { readonly entry: LedgerEntry; readonly returned: number } | undefined {
  if (number <= entry.lastReturn) return undefined;
  const returned = Math.min(amount, entry.held);
  return { entry: { held: entry.held - returned, lastReturn: number }, returned };
}
