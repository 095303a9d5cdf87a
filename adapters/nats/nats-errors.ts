import { CodedError } from '../../engine/index.ts';

/** `what` ends the sentence "NATS did not ...". */
export function logUnavailable(what: string, cause: unknown): CodedError {
  if (cause instanceof CodedError) return cause;
  return new CodedError('NB_LOG_UNAVAILABLE', `NATS did not ${what}: ${messageOf(cause)}`, { cause });
}

export function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
