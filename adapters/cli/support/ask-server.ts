import { CodedError, type ErrorCode, errorCodes } from '../../../engine/index.ts';
import { readConfig } from '../../system/config.ts';

/** Where the server of this configuration listens, as somebody on the same machine reaches it. */
export function serverUrl(): string {
  const { host, port } = readConfig(process.env);
  if (host === '0.0.0.0') return `http://127.0.0.1:${port}`;
  if (host === '::') return `http://[::1]:${port}`;
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

/**
 * One call on a running server. Rejects with the code of its problem where it is one of ours, and with
 * NB_STORE_UNAVAILABLE when nobody answers.
 */
export async function askServer(url: string, path: string, body?: object): Promise<unknown> {
  const post = {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  };
  return call(url, path, body === undefined ? {} : post);
}

/** The same for something that is to go away. */
export async function dropOnServer(url: string, path: string): Promise<unknown> {
  return call(url, path, { method: 'DELETE' });
}

/** The same with a body that is sent as it comes. */
export async function sendToServer(
  url: string,
  path: string,
  {
    method,
    type,
    body,
  }: { readonly method: 'PUT'; readonly type: string; readonly body: NonNullable<RequestInit['body']> },
): Promise<unknown> {
  return call(url, path, { method, headers: { 'content-type': type }, body, duplex: 'half' });
}

/** Lines of JSON for lines of JSON. */
export async function exchangeLines(
  url: string,
  path: string,
  lines: readonly object[],
): Promise<readonly unknown[]> {
  const { status, text } = await answerOf(addressOf(path, url), {
    method: 'POST',
    headers: { 'content-type': 'application/x-ndjson' },
    body: lines.map((line) => `${JSON.stringify(line)}\n`).join(''),
  });
  if (status !== 200) throw problemOf(`${url}${path} answers ${status}`, text);
  return text.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as unknown]));
}

async function call(url: string, path: string, request: RequestInit): Promise<unknown> {
  const { status, text } = await answerOf(addressOf(path, url), request);
  if (status === 200) return JSON.parse(text);
  throw problemOf(`${url}${path} answers ${status}`, text);
}

function addressOf(path: string, url: string): URL {
  const address = URL.canParse(path, url) ? new URL(path, url) : undefined;
  if (address?.protocol === 'http:' || address?.protocol === 'https:') return address;
  throw new CodedError(
    'NB_CONFIG',
    `--url: expected an address such as http://127.0.0.1:8080, found "${url}"`,
  );
}

async function answerOf(address: URL, request: RequestInit) {
  try {
    const response = await fetch(address, request);
    return { status: response.status, text: await response.text() };
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    // What was to be sent could not be read, which is no fault of the server.
    if (cause instanceof CodedError) throw cause;
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new CodedError(
      'NB_STORE_UNAVAILABLE',
      `${address.origin} does not answer: ${why}. Start the server there, or name another with --url.`,
      { cause: error },
    );
  }
}

function problemOf(what: string, text: string): CodedError {
  const problem = readProblem(text);
  const code = Object.hasOwn(errorCodes, problem.code ?? '')
    ? (problem.code as ErrorCode)
    : 'NB_INVALID_INPUT';
  return new CodedError(code, `${what}: ${problem.detail ?? text.slice(0, 300)}`);
}

function readProblem(text: string): { readonly code?: string; readonly detail?: string } {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    // A proxy between us and the server answers in its own way; its words are told as they are.
    return {};
  }
}
