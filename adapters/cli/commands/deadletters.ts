import { parseArgs } from 'node:util';
import { CodedError } from '../../../engine/index.ts';
import { printable } from '../../rule-files/print-diagnostics.ts';
import type { Command } from '../command.ts';
import { askServer, dropOnServer, serverUrl } from '../support/ask-server.ts';
import { readable } from '../support/rulebook-history.ts';
import { renderTable } from '../support/table.ts';

/** Wire shape of `GET /v1/deadletters`, as far as it is shown. */
interface ListReply {
  readonly deadLetters: readonly {
    readonly partition: number;
    readonly sequence: number;
    readonly reason: string;
    readonly kind: string;
    readonly customer?: string;
    readonly receivedAt: string;
  }[];
}

export const deadletters: Command = {
  name: 'deadletters',
  summary: 'lists, replays or drops the messages that a running server could not apply',
  usage: `nextbest deadletters [list | replay | drop] [--partition N [--sequence N] | --all] [--url URL] [--json]

list    shows each with its place in the log and the reason (--json: the whole message); the default
replay  appends them to the log once more, for when the cause is gone; what fails again comes back
drop    forgets them; takes a --partition, or --all

They are kept for 30 days. Touchpoints that NATS clients sent and that were refused for their form are not among them:
those lie in the stream NEXTBEST_DEADLETTERS (nats stream view NEXTBEST_DEADLETTERS).`,
  run: async (args) => {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        partition: { type: 'string' },
        sequence: { type: 'string' },
        all: { type: 'boolean', default: false },
        url: { type: 'string' },
        json: { type: 'boolean', default: false },
      },
    });
    const [verb = 'list', ...more] = positionals;
    if (more.length > 0)
      throw new CodedError('NB_CONFIG', `expected one word at most, found "${more.join(' ')}" too`);
    const place = {
      ...numberOf('partition', values.partition),
      ...numberOf('sequence', values.sequence),
    };
    const reply = await ask(verb, values.url ?? serverUrl(), place, values.all);
    process.stdout.write(`${values.json ? JSON.stringify(reply.json, undefined, 2) : reply.text}\n`);
    return 0;
  },
};

interface Place {
  readonly partition?: number;
  readonly sequence?: number;
}

async function ask(
  verb: string,
  url: string,
  place: Place,
  all: boolean,
): Promise<{ readonly json: unknown; readonly text: string }> {
  const path = '/v1/deadletters';
  switch (verb) {
    case 'list': {
      const json = (await askServer(url, `${path}${queryOf(place)}`)) as ListReply;
      return { json, text: render(json) };
    }
    case 'replay': {
      const json = (await askServer(url, `${path}/replay`, place)) as { replayed: number; refused: number };
      const rest = json.refused === 0 ? '' : ` ${json.refused} are too large for the log and stay.`;
      return { json, text: `Replayed: ${json.replayed}.${rest}` };
    }
    case 'drop': {
      if (place.partition === undefined && !all) {
        throw new CodedError('NB_CONFIG', 'drop: expected --partition N, or --all');
      }
      const json = (await dropOnServer(
        url,
        `${path}${queryOf({ ...place, ...(all && { all: true as const }) })}`,
      )) as {
        dropped: number;
      };
      return { json, text: `Dropped: ${json.dropped}.` };
    }
    default:
      throw new CodedError('NB_CONFIG', `expected list, replay or drop, found "${verb}"`);
  }
}

function render({ deadLetters }: ListReply): string {
  if (deadLetters.length === 0) return 'Every message was applied.';
  const rows = deadLetters.map(({ partition, sequence, receivedAt, kind, reason }) => [
    String(partition),
    String(sequence),
    readable(receivedAt),
    kind,
    printable(reason),
  ]);
  return renderTable(['partition', 'sequence', 'received (UTC)', 'kind', 'reason'], rows);
}

function queryOf(place: Place & { readonly all?: true }): string {
  const pairs = Object.entries(place).map(([name, value]) => `${name}=${String(value)}`);
  return pairs.length === 0 ? '' : `?${pairs.join('&')}`;
}

function numberOf<Name extends string>(name: Name, text: string | undefined) {
  if (text === undefined) return {};
  if (/^\d{1,15}$/.test(text)) return { [name]: Number(text) } as { readonly [key in Name]: number };
  throw new CodedError('NB_CONFIG', `--${name}: expected a whole number, found "${text}"`);
}
