import type { JsMsg } from '@nats-io/jetstream';

/** A refused touchpoint, as an operator finds it in the dead-letter stream. */
export interface DeadLetter {
  readonly reason: string;
  /** Where it was published. */
  readonly subject: string;
  /** Its place in the touchpoints stream. */
  readonly sequence: number;
  /** When it arrived there, epoch ms. */
  readonly at: number;
  readonly id?: string;
  /** The body as JSON, or its text where it is no JSON or too long to be kept whole. */
  readonly body: unknown;
  readonly isCut?: true;
}

/** A dead letter has to fit into a message of 1 MB itself. */
const bodyMax = 256 * 1024;

export function deadLetter(message: JsMsg, reason: string): DeadLetter {
  const id = message.headers?.get('Nats-Msg-Id') ?? '';
  const text = message.string();
  return {
    reason,
    subject: message.subject,
    sequence: message.seq,
    at: Math.floor(message.info.timestampNanos / 1_000_000),
    ...(id === '' ? {} : { id }),
    ...(text.length > bodyMax ? { body: text.slice(0, bodyMax / 4), isCut: true } : { body: parsed(text) }),
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
