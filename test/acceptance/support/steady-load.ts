import { Agent, type IncomingMessage, request as openRequest } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import type { DecideAnswer } from './api.ts';

/** A request for a decision, with the first answer to it. */
export interface Told {
  readonly userId: string;
  readonly requestId: string;
  /** The server that answered. */
  readonly url: string;
  readonly answer: RepeatableAnswer;
}

export interface RepeatableAnswer extends DecideAnswer {
  /** The decision had been made before this answer. */
  readonly repeated: boolean;
}

/** What the channels know when it is over. */
export interface Journal {
  /** Events of each customer that were accepted; each once, however often it was sent. */
  readonly accepted: Map<string, number>;
  readonly told: Told[];
  /** Tries to which not a byte was answered, or "not now". Whoever made them made them again. */
  unanswered: number;
  /** What no channel should ever get: half an answer, or a refusal of something that is in order. */
  readonly wrong: string[];
}

interface Answered {
  readonly kind: 'answered';
  readonly status: number;
  /** "Not now", and when to come back. */
  readonly isForLater: boolean;
  readonly text: string;
}

type Outcome = Answered | { readonly kind: 'unanswered' | 'cut'; readonly why: string };

export const placement = 'home-hero';
const customers = Array.from({ length: 120 }, (_, number) => `customer-${number}`);
const channels = { sending: 4, asking: 4 };
const eventsPerBatch = 3;
const againMs = 20;
/** Between an answer and the next request of a channel: a server that is never left without work misses deadlines. */
const breathMs = 10;

/**
 * Channels that send events and ask for decisions on connections that they keep, as fast as they are answered. Each has
 * a server of its own; when that one does not answer, it goes on at the next one, with the ids it had.
 */
export class SteadyLoad {
  readonly #journal: Journal = { accepted: new Map(), told: [], unanswered: 0, wrong: [] };
  readonly #addresses: readonly string[];
  readonly #agent = new Agent({ keepAlive: true });
  readonly #answers = new Map<string, number>();
  readonly #done: Promise<unknown>;
  #isOver = false;
  #serial = 0;

  /** @param addresses Of the servers; may be changed meanwhile. */
  constructor(addresses: readonly string[]) {
    this.#addresses = addresses;
    this.#done = Promise.all(
      addresses.flatMap((_, home) => [
        ...Array.from({ length: channels.sending }, () => this.#keepOn(home, sendEvents)),
        ...Array.from({ length: channels.asking }, () => this.#keepOn(home, askOnce)),
      ]),
    );
  }

  /** How many requests the server has answered as they should be. */
  answeredBy(url: string): number {
    return this.#answers.get(url) ?? 0;
  }

  /** Resolves once everything under way was answered. */
  async stop(): Promise<Journal> {
    this.#isOver = true;
    await this.#done;
    this.#agent.destroy();
    return this.#journal;
  }

  async #keepOn(home: number, work: (channel: Channel) => Promise<void>): Promise<void> {
    let at = home;
    const channel: Channel = {
      journal: this.#journal,
      next: () => {
        this.#serial += 1;
        return { number: this.#serial, userId: customers[this.#serial % customers.length] ?? '' };
      },
      untilAnswered: async (path, body) => {
        for (;;) {
          const url = this.#addresses[at % this.#addresses.length] ?? '';
          const outcome = await send(this.#agent, `${url}${path}`, body);
          if (this.#isAnswer(outcome)) {
            this.#answers.set(url, this.answeredBy(url) + 1);
            return { url, body: JSON.parse(outcome.text) };
          }
          at += 1;
          await pause(againMs);
        }
      },
    };
    while (!this.#isOver) {
      await work(channel);
      await pause(breathMs);
    }
  }

  #isAnswer(outcome: Outcome): outcome is Answered {
    if (outcome.kind === 'answered' && outcome.status === 200) return true;
    if (outcome.kind === 'unanswered' || (outcome.kind === 'answered' && outcome.isForLater)) {
      this.#journal.unanswered += 1;
    } else {
      this.#journal.wrong.push(JSON.stringify(outcome));
    }
    return false;
  }
}

interface Channel {
  readonly journal: Journal;
  readonly next: () => { readonly number: number; readonly userId: string };
  readonly untilAnswered: (
    path: string,
    body: object,
  ) => Promise<{ readonly url: string; readonly body: unknown }>;
}

async function sendEvents({ journal, next, untilAnswered }: Channel): Promise<void> {
  const events = Array.from({ length: eventsPerBatch }, next);
  const batch = events.map(({ number, userId }) => ({
    type: 'track',
    event: 'Product Viewed',
    messageId: `view-${number}`,
    userId,
    properties: { category: 'tents' },
  }));
  await untilAnswered('/v1/batch', { batch });
  for (const { userId } of events) journal.accepted.set(userId, (journal.accepted.get(userId) ?? 0) + 1);
}

async function askOnce({ journal, next, untilAnswered }: Channel): Promise<void> {
  const { number, userId } = next();
  const requestId = `ask-${number}`;
  const { url, body } = await untilAnswered('/v1/decide', decideBody({ userId, requestId }));
  journal.told.push({ userId, requestId, url, answer: body as RepeatableAnswer });
}

export function decideBody({ userId, requestId }: Pick<Told, 'userId' | 'requestId'>): object {
  return { customer: { userId }, placements: [placement], requestId };
}

/** Never rejects. An answer has begun with its first byte, and is whole when it is as long as it says. */
function send(agent: Agent, url: string, body: object): Promise<Outcome> {
  return new Promise((resolve) => {
    const headers = { 'content-type': 'application/json' };
    const request = openRequest(url, { method: 'POST', agent, headers }, (response) => {
      resolve(readAnswer(response));
    });
    request.once('error', (error: NodeJS.ErrnoException) => {
      const why = error.code ?? error.message;
      // Node names a head that broke off after what its parser makes of it.
      resolve({ kind: why.startsWith('HPE_') ? 'cut' : 'unanswered', why });
    });
    request.end(JSON.stringify(body));
  });
}

async function readAnswer(response: IncomingMessage): Promise<Outcome> {
  let text = '';
  try {
    for await (const chunk of response.setEncoding('utf8')) text += chunk;
  } catch (error) {
    return { kind: 'cut', why: String(error) };
  }
  const status = response.statusCode ?? 0;
  const isForLater = status === 503 && response.headers['retry-after'] !== undefined;
  return { kind: 'answered', status, isForLater, text };
}
