import { type IncomingMessage, request as openRequest } from 'node:http';
import { json } from 'node:stream/consumers';

export interface SlowRequest {
  /** Sends the rest of the body and resolves with the answer. */
  finish(): Promise<{ readonly status: number; readonly body: unknown }>;
}

/** A POST of which the server has read the head, but the body has not arrived yet. */
export async function openSlowRequest(url: string, body: string): Promise<SlowRequest> {
  const headers = {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    // The server answers to this head with "go on": then it has read it.
    expect: '100-continue',
  };
  const request = openRequest(url, { method: 'POST', headers, agent: false });
  const response = new Promise<IncomingMessage>((resolve, reject) => {
    request.once('response', resolve);
    request.once('error', reject);
  });
  const goesOn = new Promise<void>((resolve) => request.once('continue', resolve));
  request.flushHeaders();
  await Promise.race([goesOn, response]);
  return {
    finish: async () => {
      request.end(body);
      const answer = await response;
      return { status: answer.statusCode ?? 0, body: await json(answer) };
    },
  };
}
