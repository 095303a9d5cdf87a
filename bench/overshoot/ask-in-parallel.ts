import { Agent, request } from 'node:http';

/** What was asked, and every contact that an answer told of. */
export interface Shown {
  readonly asked: number;
  readonly answers: readonly { readonly customer: string; readonly action: string }[];
}

interface Load {
  readonly urls: readonly string[];
  readonly connections: number;
  /** Requests for one customer, from as many connections as come by, before it is the next one's turn. */
  readonly perCustomer: number;
  readonly ms: number;
}

/** All connections ask for the same customers at the same time, each its own server. */
export async function askInParallel({ urls, connections, perCustomer, ms }: Load): Promise<Shown> {
  const end = performance.now() + ms;
  const answers: { readonly customer: string; readonly action: string }[] = [];
  let asked = 0;
  const lane = async (number: number) => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const url = `${urls[number % urls.length]}/v1/decide`;
    try {
      while (performance.now() < end) {
        const customer = `c${Math.floor(asked / perCustomer)}`;
        asked += 1;
        const action = await ask(agent, url, customer);
        if (action !== undefined) answers.push({ customer, action });
      }
    } finally {
      agent.destroy();
    }
  };
  await Promise.all(Array.from({ length: connections }, (_, number) => lane(number)));
  return { asked, answers };
}

interface Answer {
  readonly placements?: { readonly hero?: readonly { readonly action?: string }[] };
}

/** The action shown; undefined for a fallback, or where the server said "not now". */
function ask(agent: Agent, url: string, userId: string): Promise<string | undefined> {
  const text = JSON.stringify({ customer: { userId }, placements: ['hero'] });
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) };
    const sent = request(url, { method: 'POST', agent, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        const { statusCode = 0 } = response;
        if (statusCode === 503) return resolve(undefined);
        const body = Buffer.concat(chunks).toString();
        if (statusCode !== 200) return reject(new Error(`${url} answered ${statusCode}: ${body}`));
        resolve((JSON.parse(body) as Answer).placements?.hero?.[0]?.action);
      });
    });
    sent.on('error', reject);
    sent.end(text);
  });
}
