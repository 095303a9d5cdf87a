import { parseArgs } from 'node:util';
import { type AttributionModel, attributeLog, attributionModels, CodedError } from '../../../engine/index.ts';
import { logAgeOf } from '../../wiring/open-storage.ts';
import { type AttributionDocument, attributionDocument } from '../attribution/attribution-document.ts';
import { attributionMarkdown } from '../attribution/attribution-markdown.ts';
import type { Command } from '../command.ts';
import { keptBooks } from '../rulebook/kept-books.ts';
import { rulebookInForce } from '../rulebook/rulebook-in-force.ts';
import { reportOnLog, sinceOf } from '../support/report-on-log.ts';
import { grouped } from '../support/table.ts';

/** As they are called on the command line, in the order of the report. */
const models = {
  last: attributionModels.lastTouch,
  first: attributionModels.firstTouch,
  linear: attributionModels.linear,
  'time-decay': attributionModels.timeDecay,
  position: attributionModels.positionBased,
} as const satisfies Readonly<Record<string, AttributionModel>>;

type Models = Readonly<Record<string, AttributionModel>>;

export const attribution: Command = {
  name: 'attribution',
  summary: 'tells how much of the conversions, and of their value, is put down to which action',
  usage: `nextbest attribution [--since 30d] [--model NAME]... [--json]

Shares every conversion of the period, and its value, among what the customer was shown before, by each model side by side:
by action, group and channel. By every model the shares sum to the conversions exactly. Prints Markdown. Changes nothing.

A conversion is an event that \`outcomes:\` of the rulebook in force calls so. It is shared among the touches that the rule
speaks of inside its window, whichever decision it names; where the channel asks for views, among those that were viewed.
It is worth what stands at the rule's \`value:\`. What customers do whom nothing was shown is told apart, as "(no touch)".
"Learned from" is what the models take for a success: one touch, because shares teach nothing.

--model  one of ${Object.keys(models).join(', ')}; may be repeated. All of them, unless it is said
         time-decay halves with every 7 days before the last touch; position gives 40 % to the first and to the last

The log and the receipts have to be kept for the period, and better for the longest window before it. The embedded store must
not be in use by a server meanwhile; Redis and NATS may be.`,
  run: async (args) => {
    const { values } = parseArgs({
      args: [...args],
      options: {
        since: { type: 'string', default: '30d' },
        model: { type: 'string', multiple: true },
        json: { type: 'boolean', default: false },
      },
    });
    const wishes = { sinceMs: sinceOf(values.since, '30d'), models: modelsOf(values.model) };
    const document = await run(wishes);
    process.stdout.write(values.json ? `${JSON.stringify(document)}\n` : attributionMarkdown(document));
    return 0;
  },
};

interface Wishes {
  readonly sinceMs: number;
  readonly models: Models;
}

async function run({ sinceMs, models: asked }: Wishes): Promise<AttributionDocument> {
  return reportOnLog({
    ...{ name: 'attribution', sinceMs, noReceipts },
    read: async ({ storage, config, receipts, since, until, signal, onProgress }) => {
      const rulebook = await rulebookInForce(storage, undefined);
      const found = await attributeLog({
        ...{ log: storage.log, partitions: config.partitions, receipts, rulebook, since, until },
        ...{ models: asked, bookOf: keptBooks(storage), signal },
        sha256: storage.sha256,
        logKeptMs: logAgeOf(config),
        onProgress: ({ at, touches }) => onProgress(at, `${grouped(touches)} touches`),
      });
      return { found, rulebook };
    },
    tell: ({ found, rulebook: { version, currency } }, { since, until, finish }) => {
      finish(`${grouped(found.report.conversions)} conversions`);
      const heading = { since, until, rulebook: version, currency, models: Object.keys(asked) };
      return attributionDocument(heading, found);
    },
  });
}

function noReceipts(why: string): CodedError {
  return new CodedError('NB_CONFIG', `${why} of decisions`);
}

function modelsOf(names: readonly string[] | undefined): Models {
  if (names === undefined) return models;
  const known: Models = models;
  for (const name of names) {
    if (Object.hasOwn(known, name)) continue;
    const expected = Object.keys(known).join(', ');
    throw new CodedError('NB_CONFIG', `--model: expected one of ${expected}, found "${name}"`);
  }
  return Object.fromEntries(Object.entries(known).filter(([name]) => names.includes(name)));
}
