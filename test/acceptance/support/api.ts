/** What the tests ask of a server, over plain HTTP as a channel does. */

export interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: unknown;
}

export interface DecideAnswer {
  readonly decisionId: string;
  readonly rulebook: string;
  readonly placements: Readonly<Record<string, readonly { readonly action?: string }[]>>;
}

export interface CustomerView {
  readonly features: Readonly<Record<string, unknown>>;
  readonly contacts: readonly {
    readonly decisionId: string;
    readonly action: string;
    readonly placement: string;
  }[];
}

export interface RulebookView {
  readonly version?: string;
  readonly reason?: string;
  readonly author?: string;
  readonly replaces?: string;
  readonly rejected?: {
    readonly diagnostics: readonly {
      readonly file: string;
      readonly line: number;
      readonly column: number;
      readonly code: string;
      readonly hint?: string;
    }[];
  };
}

export async function get(url: string, path: string): Promise<Answer> {
  return read(await fetch(new URL(path, url)));
}

export async function post(url: string, path: string, body: unknown): Promise<Answer> {
  const headers = { 'content-type': 'application/json' };
  return read(await fetch(new URL(path, url), { method: 'POST', headers, body: JSON.stringify(body) }));
}

/** The treatments for one placement of a known customer; any other status than 200 is an error. */
export async function decide(url: string, userId: string, placement: string): Promise<DecideAnswer> {
  const answer = await post(url, '/v1/decide', { customer: { userId }, placements: [placement] });
  return wellDone(answer) as DecideAnswer;
}

export async function track(url: string, events: readonly object[]): Promise<void> {
  wellDone(await post(url, '/v1/batch', { batch: events.map((event) => ({ type: 'track', ...event })) }));
}

export async function customer(url: string, userId: string): Promise<CustomerView> {
  return wellDone(await get(url, `/v1/customers/${encodeURIComponent(userId)}`)) as CustomerView;
}

/** Undefined while nothing is known of the customer. */
export async function customerViewOf(url: string, id: string): Promise<CustomerView | undefined> {
  const answer = await get(url, `/v1/customers/${encodeURIComponent(id)}`);
  return answer.status === 404 ? undefined : (wellDone(answer) as CustomerView);
}

export async function rulebook(url: string): Promise<RulebookView> {
  return wellDone(await get(url, '/v1/rulebook')) as RulebookView;
}

function wellDone({ status, body }: Answer): unknown {
  if (status === 200) return body;
  throw new Error(`expected 200, got ${status}: ${JSON.stringify(body)}`);
}

async function read(response: Response): Promise<Answer> {
  const text = await response.text();
  const type = response.headers.get('content-type') ?? '';
  return { status: response.status, type, body: type.includes('json') ? JSON.parse(text) : text };
}
