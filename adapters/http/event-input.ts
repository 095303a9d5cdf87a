import {
  CodedError,
  describeValue,
  type InputFault,
  inspectJson,
  isJsonObject,
  type JsonObject,
  limits,
  type ReadTouchpointOptions,
  readInstant,
  type TouchpointFault,
} from '../../engine/index.ts';
import type { HttpContext } from './http-server.ts';
import { inputError } from './problem.ts';

/** What routes that take events share: the envelope of a batch, and the error that faults in events add up to. */

/** The envelope of a batch; its events are read one by one. */
export function readBatch(body: unknown): { readonly bodies: readonly unknown[]; readonly sentAt?: string } {
  if (!isJsonObject(body)) {
    throw inputError([
      { pointer: '', detail: `expected a JSON object with a batch, found ${describeValue(body)}` },
    ]);
  }
  const { batch, sentAt, ...rest } = body;
  const faults = [...inspectJson(rest, '').faults, ...sentAtFaults(body)];
  if (!Array.isArray(batch) || batch.length === 0 || batch.length > limits.batchEventsMax) {
    const detail = `expected an array of 1 to ${limits.batchEventsMax} events, found ${describeValue(batch)}`;
    faults.push({ pointer: '/batch', detail });
  }
  if (faults.length > 0) throw inputError(faults);
  return { bodies: batch as readonly unknown[], ...(typeof sentAt === 'string' ? { sentAt } : {}) };
}

function sentAtFaults({ sentAt }: JsonObject): InputFault[] {
  if (sentAt === undefined || sentAt === null || sentAt === '') return [];
  if (typeof sentAt === 'string' && readInstant(sentAt) !== undefined) return [];
  return [{ pointer: '/sentAt', detail: `expected an ISO 8601 time, found ${describeValue(sentAt)}` }];
}

/** One kind of fault alone has an error code of its own; several kinds together are an invalid event. */
export function eventError(faults: readonly TouchpointFault[]): CodedError {
  const [code = 'NB_INVALID_INPUT', ...others] = new Set(faults.map((fault) => fault.code));
  const general = inputError(faults);
  return others.length > 0 ? general : new CodedError(code, general.message, { faults });
}

export function readingOptions(context: HttpContext): ReadTouchpointOptions {
  return { receivedAt: context.clock.now(), messageId: () => `nb-${context.ids.nonce()}`, pointer: '' };
}
