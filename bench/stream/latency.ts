import { setTimeout as pause } from 'node:timers/promises';
import { eventMessage } from '../../engine/runtime/messages.ts';
import { LatencyHistogram } from '../http/latency-histogram.ts';
import type { Side } from './sides.ts';
import { eventAt, partitions } from './workload.ts';

/** Events leave in steps of this length: a timer has a resolution of a millisecond. */
const stepMs = 5;
/** What is published in the last moment is waited for as long. */
const patienceMs = 5_000;

/** Publishes events into the log at a fixed rate until the time is over, whatever becomes of them; calls `due` for each. */
export async function publishAtRate(
  side: Side,
  { perSecond, ms, turn }: { readonly perSecond: number; readonly ms: number; readonly turn: string },
  due: (event: ReturnType<typeof eventAt>, dueAt: number) => void,
): Promise<void> {
  const { tenant, storage } = side;
  const count = Math.floor((perSecond * ms) / 1_000);
  const appending: Promise<void>[] = [];
  const begun = performance.now();
  for (let sent = 0; sent < count; ) {
    const until = Math.min(count, Math.floor(((performance.now() - begun) * perSecond) / 1_000));
    const receivedAt = Date.now();
    const messages = [];
    for (; sent < until; sent += 1) {
      const event = eventAt(sent, turn, count, receivedAt);
      messages.push(eventMessage({ tenant, partitions }, event, { receivedAt }));
      due(event, begun + (sent * 1_000) / perSecond);
    }
    appending.push(storage.log.append(messages));
    await pause(stepMs);
  }
  await Promise.all(appending);
}

/**
 * From when an event that triggers was due to be published to when its decision was read from the decision stream: open
 * loop, so what waits behind a stall counts with all of its wait.
 */
export async function eventToDecision(
  side: Side,
  load: { readonly perSecond: number; readonly ms: number; readonly turn: string },
): Promise<{ readonly latencies: LatencyHistogram; readonly triggering: number }> {
  const latencies = new LatencyHistogram();
  const dueAt = new Map<string, number>();
  const reader = side.storage.decisions.subscribe({});
  let triggering = 0;
  let lastAt = Number.POSITIVE_INFINITY;
  const read = async () => {
    // What is decided upon is most, not all of it: a few customers are held out. So nothing more within a while ends it.
    for (;;) {
      const found = await reader.next({ max: 500, waitMs: 200 });
      const now = performance.now();
      for (const { decision } of found) {
        const { messageId } = decision.cause as { readonly messageId?: string };
        const due = messageId === undefined ? undefined : dueAt.get(messageId);
        if (due === undefined) continue;
        latencies.add(now - due);
        dueAt.delete(messageId as string);
      }
      if (now > lastAt + patienceMs || (now > lastAt && found.length === 0)) return;
    }
  };
  await reader.next({ max: 1, waitMs: 1 });
  const reading = read();
  await publishAtRate(side, load, (event, at) => {
    if (event.name !== 'Complaint Opened') return;
    triggering += 1;
    dueAt.set(event.messageId, at);
  });
  lastAt = performance.now();
  await reading;
  await reader.close();
  return { latencies, triggering };
}

/**
 * Whether a decision sees that a complaint is open: a card then says so, unless the customer is held out. A preview, since
 * the same customer is asked for again and again: a decision that is stored changes the customer, and so many of them in
 * a row would make the consumer commit its batch anew each time.
 */
async function showsComplaint(url: string, userId: string): Promise<boolean> {
  const body = { customer: { userId }, placements: ['home-hero'], preview: true };
  const answer = await post(`${url}/v1/decide`, body);
  if (answer.status !== 200) throw new Error(`a decision was answered with ${answer.status}`);
  const { placements } = (await answer.json()) as { readonly placements?: unknown };
  return JSON.stringify(placements).includes('complaint-care');
}

async function say(url: string, userId: string, status: 'open' | 'closed'): Promise<void> {
  const event = status === 'open' ? 'Complaint Opened' : 'Complaint Closed';
  const answer = await post(`${url}/v1/track`, { userId, event, properties: { status } });
  await answer.arrayBuffer();
  if (!answer.ok) throw new Error(`an event was answered with ${answer.status}`);
}

function post(url: string, body: unknown): Promise<Response> {
  const headers = { 'content-type': 'application/json' };
  return fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
}

/** Customers who are offered anything at all: those held out never are. */
export async function customersToAsk(url: string, count: number): Promise<readonly string[]> {
  const asked = Array.from({ length: count }, (_, number) => `asked-${number}`);
  for (const userId of asked) await say(url, userId, 'open');
  await pause(1_000);
  const shown = await Promise.all(asked.map((userId) => showsComplaint(url, userId)));
  return asked.filter((_, number) => shown[number]);
}

/**
 * From when an event was accepted over HTTP to when a decision is answered that has seen it. One customer after the other
 * opens or closes a complaint, and decisions are asked for in short steps until the answer is another one.
 */
export async function acceptedToVisible(
  url: string,
  load: { readonly customers: readonly string[]; readonly everyMs: number; readonly ms: number },
): Promise<LatencyHistogram> {
  const latencies = new LatencyHistogram();
  const idle = load.customers.map((userId) => ({ userId, isOpen: true }));
  const asking: Promise<void>[] = [];
  const end = performance.now() + load.ms;
  while (performance.now() < end) {
    const customer = idle.shift();
    // Where all of them still wait, one turn is left out: no customer has two changes under way.
    if (customer) {
      customer.isOpen = !customer.isOpen;
      const seen = changed(url, customer, latencies);
      asking.push(seen.then(() => void idle.push(customer)));
    }
    await pause(load.everyMs);
  }
  await Promise.all(asking);
  return latencies;
}

const askEveryMs = 2;
const patienceToSeeMs = 20_000;

async function changed(
  url: string,
  { userId, isOpen }: { readonly userId: string; readonly isOpen: boolean },
  latencies: LatencyHistogram,
): Promise<void> {
  await say(url, userId, isOpen ? 'open' : 'closed');
  const accepted = performance.now();
  while ((await showsComplaint(url, userId)) !== isOpen) {
    if (performance.now() - accepted > patienceToSeeMs) throw new Error('an event is never seen');
    await pause(askEveryMs);
  }
  latencies.add(performance.now() - accepted);
}
