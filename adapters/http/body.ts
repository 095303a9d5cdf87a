import { createGunzip, type Gunzip } from 'node:zlib';
import type {
  FastifyReply,
  FastifyRequest,
  preParsingAsyncHookHandler,
  preValidationHookHandler,
  RequestPayload,
} from 'fastify';
import { describeValue, type InputFault, inspectJson, isJsonObject, pointerTo } from '../../engine/index.ts';
import { httpLimits } from './http-limits.ts';
import type { HttpServer } from './http-server.ts';
import { inputError } from './problem.ts';

/** Bodies: bytes -> text -> JSON, each step refusing what the next could not bear. */

/**
 * SDKs send JSON under other names: browsers as text/plain, which needs no preflight, and the RudderStack SDK for
 * Node as a form. Routes that take events accept all of them; the others take JSON that says so.
 */
const jsonType = 'application/json';
const segmentTypes = ['text/plain', 'application/x-www-form-urlencoded', 'application/octet-stream'] as const;

export function addJsonParser(server: HttpServer): void {
  server.removeAllContentTypeParsers();
  server.addContentTypeParser(jsonType, { parseAs: 'buffer' }, parseBody);
}

export function addSegmentParsers(server: HttpServer): void {
  server.addContentTypeParser([...segmentTypes], { parseAs: 'buffer' }, parseBody);
}

async function parseBody(_request: FastifyRequest, bytes: Buffer): Promise<unknown> {
  if (bytes.length === 0) throw inputError([{ pointer: '', detail: 'expected JSON, found an empty body' }]);
  return parseJson(decodeUtf8(bytes));
}

export function decodeUtf8(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    // The decoder says no more than that it failed.
    throw inputError([{ pointer: '', detail: 'expected UTF-8, found bytes that are no UTF-8' }]);
  }
}

export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const found = error instanceof SyntaxError ? error.message : String(error);
    throw inputError([{ pointer: '', detail: `expected JSON, found text that is not: ${found}` }]);
  }
}

/** Unpacks a gzip body on its way in. The body limit then counts unpacked bytes, so a small bomb stays small. */
export const unpackBody: preParsingAsyncHookHandler = async (request, reply, payload) => {
  const encoding = request.headers['content-encoding']?.trim().toLowerCase();
  if (encoding === undefined || encoding === '' || encoding === 'identity') return payload;
  if (encoding === 'gzip' || encoding === 'x-gzip') return gunzip(payload, reply);
  throw Object.assign(new Error('unknown content encoding'), { statusCode: 415 });
};

type CountedGunzip = Gunzip & { receivedEncodedLength: number };

function gunzip(payload: RequestPayload, reply: FastifyReply): RequestPayload {
  const unpacked: CountedGunzip = Object.assign(createGunzip(), { receivedEncodedLength: 0 });
  payload.on('data', (chunk: Buffer) => {
    // fastify compares this with the content-length, which speaks of packed bytes.
    unpacked.receivedEncodedLength += chunk.length;
  });
  payload.on('error', (error) => unpacked.destroy(error));
  // Once a body over the limit is refused nobody reads on, and unpacking the rest of a bomb would be work for nothing.
  // Not `stream.pipeline`: it would destroy the request on an error, and with it the socket the answer needs.
  reply.raw.once('close', () => unpacked.destroy());
  return payload.pipe(unpacked);
}

/** What a body must be before its fields are validated. Event routes do the same event by event. */
export const checkBody: preValidationHookHandler = (request, _reply, done) => {
  const faults = bodyFaults(request.body);
  done(faults.length === 0 ? undefined : inputError(faults));
};

export function bodyFaults(body: unknown): readonly InputFault[] {
  return isJsonObject(body)
    ? [...inspectJson(body, '').faults, ...longArrays(body)]
    : [{ pointer: '', detail: `expected a JSON object, found ${describeValue(body)}` }];
}

/** The schema validator reports every bad entry; an array of a hundred thousand of them must not get that far. */
function longArrays(body: object): { pointer: string; detail: string }[] {
  return Object.entries(body)
    .filter(([, value]) => Array.isArray(value) && value.length > httpLimits.arrayLengthMax)
    .map(([name, value]) => ({
      pointer: pointerTo('', name),
      detail: `expected at most ${httpLimits.arrayLengthMax} entries, found ${describeValue(value)}`,
    }));
}
