import { parseArgs } from 'node:util';
import {
  CodedError,
  type Experiment,
  experimentReport,
  gatherFromLog,
  type Rulebook,
} from '../../../engine/index.ts';
import type { Config } from '../../system/config.ts';
import { logAgeOf } from '../../wiring/open-storage.ts';
import type { Command } from '../command.ts';
import type { ExperimentsDocument } from '../experiment/experiments-document.ts';
import { experimentsMarkdown } from '../experiment/experiments-markdown.ts';
import { keptBooks } from '../rulebook/kept-books.ts';
import { rulebookInForce } from '../rulebook/rulebook-in-force.ts';
import { reportOnLog, sinceOf } from '../support/report-on-log.ts';
import { grouped } from '../support/table.ts';

export const experiment: Command = {
  name: 'experiment',
  summary: 'tells what the experiments have shown so far, and whether one may be stopped',
  usage: `nextbest experiment [NAME] [--since 30d] [--control ARM] [--value PLACE] [--json]

Reads the log and the receipts of a period and tells of each experiment of the rulebook in force, or of NAME: customers,
conversions and value by arm, how sure the difference is, whether the arms have the sizes they were dealt, and whether it may
be stopped. Look as often as you like: the intervals hold at every look. Prints Markdown. Changes nothing.

A customer counts once, with all ids, in the arm of the first decision that might have come out otherwise in another arm.
Conversions are the events that \`outcomes:\` calls so, whether or not something was shown before.

--control  the arm that the others are held against: holdout, champion, or the largest unless it is named; only with NAME
--value    where an event says what it is worth, such as properties.revenue; else it is the actions' value, where they agree

Exit code 0, and 1 where arms do not have the sizes they were dealt. The embedded store must not be in use by a server
meanwhile; Redis and NATS may be.`,
  run: async (args) => {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        since: { type: 'string', default: '30d' },
        control: { type: 'string' },
        value: { type: 'string' },
        json: { type: 'boolean', default: false },
      },
    });
    const [name, ...more] = positionals;
    if (more.length > 0 || (values.control !== undefined && name === undefined)) {
      throw new CodedError('NB_CONFIG', 'expected nextbest experiment [NAME], and NAME with --control');
    }
    const document = await run({
      sinceMs: sinceOf(values.since, '30d'),
      name,
      control: values.control,
      valueAt: values.value === undefined ? undefined : placeOf(values.value),
    });
    process.stdout.write(values.json ? `${JSON.stringify(document)}\n` : experimentsMarkdown(document));
    return document.experiments.some(({ verdict }) => verdict === 'stop-broken') ? 1 : 0;
  },
};

interface Wishes {
  readonly sinceMs: number;
  readonly name: string | undefined;
  readonly control: string | undefined;
  readonly valueAt: readonly string[] | undefined;
}

async function run(wishes: Wishes): Promise<ExperimentsDocument> {
  return reportOnLog({
    ...{ name: 'experiment', sinceMs: wishes.sinceMs, noReceipts },
    read: async ({ storage, config, receipts, since, until, signal, onProgress }) => {
      const rulebook = await rulebookInForce(storage, undefined);
      const experiments = wished(rulebook, wishes);
      const found = await gatherFromLog({
        ...{ log: storage.log, partitions: config.partitions, receipts, rulebook, experiments, since, until },
        ...{ valueAt: wishes.valueAt, bookOf: keptBooks(storage), signal },
        logKeptMs: logAgeOf(config),
        onProgress: ({ at, decisions }) => onProgress(at, `${grouped(decisions)} decisions`),
      });
      return { found, rulebook };
    },
    tell: ({ found, rulebook: { version, currency } }, { config, since, until, finish }) => {
      const { decisions, leftOut } = found;
      finish(`${grouped(decisions)} decisions`);
      if (decisions + leftOut.unknownBooks + leftOut.tooLarge === 0) throw noReceipts(whyNone(config));
      return {
        ...{ since, until, rulebook: version, currency, decisions, leftOut },
        experiments: found.experiments.map((each) => experimentReport(each, { control: wishes.control })),
      };
    },
  });
}

function wished({ experiments }: Rulebook, { name, control }: Wishes): readonly Experiment[] {
  if (experiments.length === 0) {
    throw new CodedError('NB_CONFIG', 'the rulebook in force has no experiments and no hold-out');
  }
  if (name === undefined) return experiments;
  const found = experiments.find((each) => each.name === name);
  if (!found) {
    const known = experiments.map((each) => each.name).join(', ');
    throw new CodedError('NB_CONFIG', `no experiment "${name}" in the rulebook in force; it has ${known}`);
  }
  const arms = found.shares.map(({ arm }) => arm);
  if (control !== undefined && !arms.includes(control)) {
    throw new CodedError('NB_CONFIG', `--control: expected one of ${arms.join(', ')}, found "${control}"`);
  }
  return [found];
}

function whyNone({ receiptDays }: Config): string {
  const why = receiptDays === 0 ? 'NEXTBEST_RECEIPT_DAYS is 0, so none are kept' : 'nothing was decided';
  return `there are no receipts of decisions in this period: ${why}`;
}

function noReceipts(why: string): CodedError {
  return new CodedError(
    'NB_CONFIG',
    `${why}. The report begins with who was decided on, shown something or not, and only receipts know all of them.`,
  );
}

function placeOf(text: string): readonly string[] {
  const place = text.split('.');
  if (place.length > 1 && place.every((name) => name !== '')) return place;
  throw new CodedError('NB_CONFIG', `--value: expected a place such as properties.revenue, found "${text}"`);
}
