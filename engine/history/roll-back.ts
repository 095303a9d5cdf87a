import { CodedError } from '../errors.ts';
import type { RulebookHistory } from '../model/rulebook-history.ts';

export interface RollbackRequest {
  /** The one in force before when absent. */
  readonly version?: string;
  readonly author?: string;
  readonly note?: string;
}

/** The version to go back to. Throws NB_UNKNOWN_RULEBOOK where the history has no such book. */
export function rollbackTarget(history: RulebookHistory, version: string | undefined): string {
  const target = version ?? history.inForce?.replaces;
  if (target === undefined) {
    throw new CodedError('NB_UNKNOWN_RULEBOOK', 'no rulebook was in force before this one');
  }
  if (history.books.some((book) => book.version === target)) return target;
  const known = history.books.map((book) => book.version).join(', ');
  throw new CodedError(
    'NB_UNKNOWN_RULEBOOK',
    `no rulebook ${target} is in the history; ${known === '' ? 'it is empty' : `expected one of ${known}`}`,
  );
}

/** The history once `version` is in force; undefined when it is already. The order of the books stays. */
export function rollBack(
  history: RulebookHistory,
  request: RollbackRequest & { readonly version: string; readonly now: number },
): RulebookHistory | undefined {
  const { author, note, now } = request;
  const version = rollbackTarget(history, request.version);
  const replaces = history.inForce?.version;
  if (replaces === version) return undefined;
  const inForce = {
    version,
    since: now,
    reason: 'rolled-back',
    ...(author !== undefined && { by: author }),
    ...(note !== undefined && { note }),
    ...(replaces !== undefined && { replaces }),
  } as const;
  return { ...history, inForce };
}
