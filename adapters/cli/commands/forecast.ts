import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import {
  CodedError,
  type ForecastOfLog,
  forecastLog,
  forecastReport,
  type Rulebook,
} from '../../../engine/index.ts';
import type { Config } from '../../system/config.ts';
import type { Command } from '../command.ts';
import type { ForecastDocument } from '../forecast/forecast-document.ts';
import { forecastMarkdown, forecastText } from '../forecast/forecast-text.ts';
import { openSide } from '../rulebook/diff-sides.ts';
import { keptBooks } from '../rulebook/kept-books.ts';
import { rulesFolder } from '../rulebook/open-rulebook.ts';
import { reportOnLog, sinceOf } from '../support/report-on-log.ts';
import { grouped } from '../support/table.ts';

export const forecast: Command = {
  name: 'forecast',
  summary: 'tells what other rules would have done with the last days, before they are live',
  usage: `nextbest forecast --rules NEW [--since 14d] [--share 100%] [--json | --markdown FILE]

Lives through the log once more, under the rules of NEW (a folder, or git:REVISION as for diff): every decision of the period is asked again, and what
the new rules show counts for their caps, pauses and budgets. Tells who gains and who loses, which decisions change, reach,
cost, what caps and budgets keep out, actions that never come up, and what a decision is worth, with an interval, against
the rules in force. Where the log cannot tell, it says so and why. Changes nothing.

What customers do by themselves is taken as it was; what comes of a contact is taken to depend on the customer, the moment
and what is shown, not on what was shown before. Needs receipts (NEXTBEST_RECEIPT_DAYS) and the log of the period.

--share     forecasts that share of the customers, for large logs; budgets have the same share
--markdown  writes a report for a pull request ("-": to the standard output)

Exit code 0 when there is a forecast, 1 when its value was refused, 2 when the rules are not valid. The embedded store must
not be in use by a server meanwhile; Redis and NATS may be.`,
  run: async (args) => {
    const { values } = parseArgs({
      args: [...args],
      options: {
        rules: { type: 'string' },
        since: { type: 'string', default: '14d' },
        share: { type: 'string', default: '100%' },
        json: { type: 'boolean', default: false },
        markdown: { type: 'string' },
      },
    });
    if (values.rules === undefined || (values.json && values.markdown !== undefined)) {
      throw new CodedError('NB_CONFIG', 'expected nextbest forecast --rules NEW [--json | --markdown FILE]');
    }
    const wishes = { sinceMs: sinceOf(values.since, '14d'), share: shareOf(values.share) };
    const side = await openSide(values.rules, rulesFolder(undefined));
    if ('findings' in side) {
      process.stderr.write(side.findings);
      return 2;
    }
    const document = await run(side.rulebook, wishes);
    if (values.markdown !== undefined && values.markdown !== '-') {
      await writeFile(values.markdown, forecastMarkdown(document));
    }
    process.stdout.write(printed(document, values));
    return document.value.answer === 'refused' ? 1 : 0;
  },
};

interface Wishes {
  readonly sinceMs: number;
  readonly share: number;
}

async function run(rulebook: Rulebook, { sinceMs, share }: Wishes): Promise<ForecastDocument> {
  return reportOnLog({
    ...{ name: 'forecast', sinceMs, noReceipts },
    read: ({ storage, config, receipts, since, signal, onProgress }) =>
      forecastLog({
        ...storage,
        ...config,
        ...{ receipts, rulebook, since, share, signal },
        bookOf: keptBooks(storage),
        onProgress: ({ at, decisions }) => onProgress(at, `${grouped(decisions)} decisions`),
      }),
    tell: (done, { config, since, until, finish }) => {
      const { decisions } = done.findings.changes;
      finish(`${grouped(decisions)} decisions`);
      if (decisions === 0) refuseNothing(done, config);
      return {
        ...{ since, until, share, rulebook: rulebook.version, inForce: done.books },
        ...{ currency: rulebook.currency, leftOut: done.leftOut },
        ...(done.decidedFrom !== undefined && { decidedFrom: done.decidedFrom }),
        ...forecastReport(done.findings, rulebook.actions.keys()),
      };
    },
  });
}

function refuseNothing({ leftOut }: ForecastOfLog, config: Config): void {
  const { unknownBooks, tooLarge, otherwise } = leftOut;
  if (unknownBooks + tooLarge + otherwise > 0) return;
  const days = config.receiptDays;
  const why =
    days === 0
      ? 'NEXTBEST_RECEIPT_DAYS is 0, so none are kept'
      : 'nothing was decided, or it is longer ago than they are kept';
  throw noReceipts(`there are no receipts of decisions in this period: ${why}`);
}

function noReceipts(why: string): CodedError {
  return new CodedError(
    'NB_CONFIG',
    `${why}. A forecast asks again what was asked, and only receipts know that.`,
  );
}

function printed(
  document: ForecastDocument,
  { json, markdown }: { readonly json: boolean; readonly markdown?: string | undefined },
): string {
  if (json) return `${JSON.stringify(document)}\n`;
  return markdown === '-' ? forecastMarkdown(document) : forecastText(document);
}

function shareOf(text: string): number {
  const share = /^\d{1,3}(\.\d+)?%$/.test(text) ? Number(text.slice(0, -1)) / 100 : Number.NaN;
  if (share > 0 && share <= 1) return share;
  throw new CodedError('NB_CONFIG', `--share: expected a share such as 10%, found "${text}"`);
}
