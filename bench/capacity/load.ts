import { Agent, request } from 'node:http';

/** Customers of the load; each gets its share of events and decisions. */
export const customers = 5_000;
const eventsPerBatch = 50;
const names = [
  'Product Viewed',
  'Product Viewed',
  'Product Added',
  'Order Completed',
  'Email Opened',
  'page',
];
const categories = ['tents', 'boots', 'jackets', 'stoves'];

const agent = new Agent({ keepAlive: true, maxSockets: 32 });

/** Sends events until the time is over; resolves with their number. */
export async function sendEvents(url: string, ms: number, run: string): Promise<number> {
  let sent = 0;
  await inParallel(4, ms, async () => {
    const batch = Array.from({ length: eventsPerBatch }, (_, index) => eventOf(sent + index, run));
    sent += eventsPerBatch;
    await post(`${url}/v1/batch`, { batch });
  });
  return sent;
}

/** Asks for decisions until the time is over, beginning with one of the customers; resolves with their number. */
export async function askDecisions(url: string, ms: number, first = 0): Promise<number> {
  let asked = 0;
  await inParallel(8, ms, async () => {
    asked += 1;
    await post(`${url}/v1/decide`, {
      customer: { userId: `c${(first + asked * 7_919) % customers}` },
      placements: ['home-hero'],
    });
  });
  return asked;
}

function eventOf(index: number, run: string) {
  const name = names[index % names.length] ?? 'page';
  const category = categories[Math.floor(index / 5) % categories.length];
  const common = {
    messageId: `${run}-${index}`,
    userId: `c${(index * 31) % customers}`,
    properties: {
      category,
      name: `Article ${index % 97}`,
      price: 20 + (index % 80),
      revenue: 40 + (index % 60),
    },
  };
  return name === 'page'
    ? { ...common, type: 'page', name: 'Home' }
    : { ...common, type: 'track', event: name };
}

async function inParallel(lanes: number, ms: number, step: () => Promise<void>): Promise<void> {
  const end = performance.now() + ms;
  const lane = async () => {
    while (performance.now() < end) await step();
  };
  await Promise.all(Array.from({ length: lanes }, lane));
}

function post(url: string, body: unknown): Promise<void> {
  const text = JSON.stringify(body);
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) };
    const sent = request(url, { method: 'POST', agent, headers }, (response) => {
      response.resume();
      response.on('end', () => {
        const { statusCode = 0 } = response;
        // A server that sheds load is asked again; the bench is not about how it does that.
        if (statusCode === 503) setTimeout(() => post(url, body).then(resolve, reject), 100);
        else if (statusCode >= 300) reject(new Error(`${url} answered ${statusCode}`));
        else resolve();
      });
    });
    sent.on('error', reject);
    sent.end(text);
  });
}
