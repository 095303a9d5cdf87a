import type { FastifyError, FastifyReply } from 'fastify';
import { CodedError, errorCodes, type InputFault, limits } from '../../engine/index.ts';
import { httpLimits } from './http-limits.ts';
import { schemaFaults } from './schema-faults.ts';

/**
 * Every error leaves as RFC 9457 `application/problem+json`. What the client did wrong is told in full; what went
 * wrong with us is told by its code alone, because the rest (addresses, queries, stacks) is nobody's business.
 */

/** What can only go wrong in HTTP. */
const httpCodes = {
  NB_MALFORMED_REQUEST: { status: 400, title: 'The request is not well-formed HTTP' },
  NB_UNKNOWN_ROUTE: { status: 404, title: 'Nothing is at this address' },
  NB_METHOD_NOT_ALLOWED: { status: 405, title: 'The address does not take this method' },
  NB_REQUEST_TIMEOUT: { status: 408, title: 'The request did not arrive in time' },
  NB_MEDIA_TYPE: { status: 415, title: 'The body has a type or an encoding that is not taken here' },
  NB_HEADERS_TOO_LARGE: { status: 431, title: 'The headers are too large' },
  NB_INTERNAL: { status: 500, title: 'The server failed' },
} as const;

export const problemCodes = { ...errorCodes, ...httpCodes };

export type ProblemCode = keyof typeof problemCodes;

export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly instance?: string;
  readonly code: ProblemCode;
  readonly errors?: readonly InputFault[];
}

export interface ProblemOptions {
  readonly detail?: string;
  readonly faults?: readonly InputFault[];
  readonly instance?: string;
}

export const problemType = 'application/problem+json; charset=utf-8';

export function newProblem(code: ProblemCode, options: ProblemOptions = {}): Problem {
  const { status, title } = problemCodes[code];
  const { faults = [], instance } = options;
  return {
    type: `/docs/errors/${code}`,
    title,
    status,
    detail: options.detail ?? `${title}.`,
    ...(instance === undefined ? {} : { instance }),
    code,
    ...(faults.length === 0 ? {} : { errors: faults.map(({ pointer, detail }) => ({ pointer, detail })) }),
  };
}

export function sendProblem(reply: FastifyReply, problem: Problem): FastifyReply {
  if (problem.status === 503) reply.header('retry-after', httpLimits.retryAfterSeconds);
  // The bytes are made here: a route's response schema is for its answers and would drop what it does not know.
  return reply.code(problem.status).type(problemType).serializer(String).send(JSON.stringify(problem));
}

/** The fault in one sentence, for the detail of a problem. */
export function inputError(faults: readonly InputFault[]): CodedError {
  const [first] = faults;
  const rest = faults.length > 1 ? ` (and ${faults.length - 1} more)` : '';
  const place = first === undefined || first.pointer === '' ? 'the body' : first.pointer;
  const detail = first === undefined ? errorCodes.NB_INVALID_INPUT.title : `${place}: ${first.detail}${rest}`;
  return new CodedError('NB_INVALID_INPUT', detail, { faults });
}

export function problemOf(error: FastifyError | CodedError, instance: string): Problem {
  if (error instanceof CodedError) return codedProblem(error, instance);
  if (error.validation !== undefined) {
    const { message, faults } = inputError(schemaFaults(error.validation, error.validationContext ?? 'body'));
    return newProblem('NB_INVALID_INPUT', { detail: message, faults, instance });
  }
  return frameworkProblem(error, instance);
}

function codedProblem(error: CodedError, instance: string): Problem {
  const isOurs = errorCodes[error.code].status >= 500;
  if (!isOurs) return newProblem(error.code, { detail: error.message, faults: error.faults, instance });
  const advice = error.retryable ? ' Try again; the same message or request id is not counted twice.' : '';
  return newProblem(error.code, { detail: `${errorCodes[error.code].title}.${advice}`, instance });
}

function frameworkProblem(error: FastifyError, instance: string): Problem {
  switch (error.statusCode) {
    case 413:
      return newProblem('NB_EVENT_TOO_LARGE', { detail: bodyTooLarge(), instance });
    case 415:
      return newProblem('NB_MEDIA_TYPE', {
        detail: 'Send JSON: content-type application/json, plain or gzip.',
        instance,
      });
    case 408:
      return newProblem('NB_REQUEST_TIMEOUT', { instance });
    case 431:
      return newProblem('NB_HEADERS_TOO_LARGE', { instance });
    default:
      return isClientError(error)
        ? newProblem('NB_MALFORMED_REQUEST', { instance })
        : newProblem('NB_INTERNAL', { instance });
  }
}

function isClientError({ statusCode }: FastifyError): boolean {
  return statusCode !== undefined && statusCode >= 400 && statusCode < 500;
}

function bodyTooLarge(): string {
  return `Expected a body of at most ${limits.batchBytesMax} bytes after decompression, found a larger one.`;
}
