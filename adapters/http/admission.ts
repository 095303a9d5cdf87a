import { CodedError, limits } from '../../engine/index.ts';
import { httpLimits } from './http-limits.ts';
import type { HttpServer } from './http-server.ts';

export interface AdmissionBounds {
  readonly requestsMax: number;
  readonly bytesMax: number;
}

/**
 * Bounds what requests with a body hold in memory until they are answered. What comes beyond it is told to come back,
 * before any of its body is read. Requests without a body (health, metrics, streams) pass at any time.
 */
export function addAdmission(
  server: HttpServer,
  bounds: AdmissionBounds = { requestsMax: httpLimits.requestsMax, bytesMax: httpLimits.requestBytesMax },
): void {
  let requests = 0;
  let bytes = 0;
  server.addHook('onRequest', async ({ raw }, reply) => {
    const size = bodyBytesOf(raw.headers);
    if (size === 0) return;
    if (requests >= bounds.requestsMax || (requests > 0 && bytes + size > bounds.bytesMax)) {
      throw new CodedError('NB_OVERLOADED', `${requests} requests with ${bytes} bytes are under way`);
    }
    requests += 1;
    bytes += size;
    reply.raw.once('close', () => {
      requests -= 1;
      bytes -= size;
    });
  });
}

/** Never more than what is read of it. */
function bodyBytesOf(headers: {
  readonly 'content-length'?: string | undefined;
  readonly 'transfer-encoding'?: string | undefined;
}): number {
  const announced = Number(headers['content-length'] ?? 0);
  if (headers['transfer-encoding'] !== undefined || !Number.isFinite(announced)) return limits.batchBytesMax;
  return Math.min(Math.max(0, announced), limits.batchBytesMax);
}
