import { CodedError } from '../../../engine/index.ts';

/** The few calls that shoppers make on a running server; wire shapes of `/v1`. */

export interface ShownItem {
  readonly fallback?: boolean;
  readonly action?: string;
  readonly treatment?: string;
  readonly V?: number;
}

export interface DecideReply {
  readonly decisionId: string;
  readonly placements: Readonly<Record<string, readonly ShownItem[]>>;
  readonly explain?: {
    readonly placements: Readonly<
      Record<string, { readonly reasons: readonly { readonly action: string; readonly code: string }[] }>
    >;
  };
}

export interface ServerApi {
  placements(): Promise<readonly { readonly name: string; readonly channel: string }[]>;
  send(events: readonly object[]): Promise<void>;
  decide(body: object): Promise<DecideReply>;
  report(outcome: object): Promise<void>;
}

const attemptsMax = 3;

/**
 * Calls with ids that make a repeat harmless, so that a call without an answer or with a 503 is made again at once.
 * Rejects with NB_INVALID_INPUT when the server refuses, NB_LOG_UNAVAILABLE when it stays out of reach.
 */
export function serverApi(url: string): ServerApi {
  const post = (path: string, body: object) =>
    call(url, path, { method: 'POST', body: JSON.stringify(body) });
  return {
    placements: async () => {
      const rulebook = (await call(url, '/v1/rulebook', {})) as { placements?: never[] };
      return rulebook.placements ?? [];
    },
    send: async (events) => {
      const answer = (await post('/v1/batch', { batch: events })) as { rejected?: readonly unknown[] };
      if ((answer.rejected ?? []).length > 0)
        throw refused('/v1/batch', 200, JSON.stringify(answer.rejected));
    },
    decide: async (body) => (await post('/v1/decide', body)) as DecideReply,
    report: async (outcome) => {
      await post('/v1/outcomes', outcome);
    },
  };
}

async function call(url: string, path: string, init: RequestInit): Promise<unknown> {
  for (let attempt = 1; ; attempt += 1) {
    const answer = await once(url, path, init);
    if (answer.status < 300) return answer.text === '' ? undefined : JSON.parse(answer.text);
    if (answer.status !== 503 && answer.status !== 0) throw refused(path, answer.status, answer.text);
    if (attempt === attemptsMax) {
      throw new CodedError(
        'NB_LOG_UNAVAILABLE',
        `${url}${path} does not answer: ${answer.text.slice(0, 300)}`,
      );
    }
  }
}

/** Status 0: no answer at all. */
async function once(url: string, path: string, init: RequestInit) {
  try {
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(new URL(path, url), { ...init, headers });
    return { status: response.status, text: await response.text() };
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    return { status: 0, text: cause instanceof Error ? cause.message : String(cause) };
  }
}

function refused(path: string, status: number, text: string): CodedError {
  return new CodedError(
    'NB_INVALID_INPUT',
    `The server refused ${path} with ${status}: ${text.slice(0, 300)}`,
  );
}
