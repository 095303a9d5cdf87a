import { parseArgs } from 'node:util';
import { CodedError } from '../../../engine/index.ts';
import type { Command } from '../command.ts';
import { judgeLog } from '../logged/judge-log.ts';
import { judgementText } from '../logged/judgement-text.ts';
import { type LogFormat, logFormats, loggedRecords } from '../logged/logged-file.ts';

const formats = Object.keys(logFormats) as LogFormat[];

export const evaluateLog: Command = {
  name: 'evaluate-log',
  summary: "tells from another system's log what a different choice would have been worth",
  usage: `nextbest evaluate-log FILE --format ${formats.join('|')} [--policy uniform | --target FIELD | --targets FILE]
                      [--customer FIELD] [--actions N] [--json]

Reads logged decisions (what was offered, what was chosen with which probability, what came of it) and estimates the mean
reward of another choice: weighting, self-normalised and doubly robust with intervals, the others as points. Says so where
the log cannot tell: when too few decisions resemble the other choice, when one decides alone, when it prefers what was
never tried. FILE may be gzip.

  vw      text of Vowpal Wabbit with --cb_adf or --cb_explore_adf: a block a decision, action:cost:probability on the chosen line
  dsjson  lines of JSON with _label_cost, _label_probability, a, p and c
  obd     CSV with item_id, click and propensity_score, as the Open Bandit data; --actions where it names no items

  --policy uniform  all offered actions alike; what is judged when nothing is said
  --target FIELD    the other choice's probability of the chosen action, or of all offered ones, from this column or JSON path
  --targets FILE    the same from a file, a line a decision
  --customer FIELD  whose decision it was: decisions about one customer are not independent

Lines that cannot be read are named with line and field, the rest is estimated, and the exit code is 1; so it is when the log
cannot tell.`,
  run: async (args) => {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        format: { type: 'string' },
        policy: { type: 'string' },
        target: { type: 'string' },
        targets: { type: 'string' },
        customer: { type: 'string' },
        actions: { type: 'string' },
        json: { type: 'boolean', default: false },
      },
    });
    const [file, ...more] = positionals;
    if (file === undefined || more.length > 0) {
      throw new CodedError('NB_CONFIG', 'expected one FILE with logged decisions');
    }
    const format = formatOf(values.format);
    const { target, targets, customer } = values;
    checkChoice(format, values);
    const options = {
      ...(target !== undefined && { target }),
      ...(customer !== undefined && { customer }),
      ...(values.actions !== undefined && { actions: countOf(values.actions) }),
    };
    const records = loggedRecords({ file, format, options });
    const judgement = await judgeLog({ file, records, ...(targets !== undefined && { targets }) });
    process.stdout.write(`${values.json ? JSON.stringify(judgement) : judgementText(judgement)}\n`);
    return judgement.faulty === 0 && judgement.report.answer !== 'refused' ? 0 : 1;
  },
};

function formatOf(written: string | undefined): LogFormat {
  const format = formats.find((name) => name === written);
  if (format) return format;
  throw new CodedError('NB_CONFIG', `--format: expected ${formats.join(', ')}, found ${quoted(written)}`);
}

/** There is one other choice, and text of Vowpal Wabbit has no fields to take it from. */
function checkChoice(
  format: LogFormat,
  given: {
    readonly policy?: string;
    readonly target?: string;
    readonly targets?: string;
    readonly customer?: string;
  },
): void {
  const { policy, target, targets, customer } = given;
  if (policy !== undefined && policy !== 'uniform') {
    throw new CodedError('NB_CONFIG', `--policy: expected uniform, found "${policy}"`);
  }
  if ([policy, target, targets].filter((choice) => choice !== undefined).length > 1) {
    throw new CodedError('NB_CONFIG', 'expected one of --policy, --target and --targets, found several');
  }
  if (format === 'vw' && (target !== undefined || customer !== undefined)) {
    throw new CodedError(
      'NB_CONFIG',
      'the format vw has no fields for --target and --customer; give --targets FILE',
    );
  }
}

function countOf(written: string): number {
  const count = Number(written);
  if (Number.isInteger(count) && count >= 2 && count <= 1_000_000) return count;
  throw new CodedError('NB_CONFIG', `--actions: expected a whole number from 2, found "${written}"`);
}

function quoted(text: string | undefined): string {
  return text === undefined ? 'nothing' : `"${text}"`;
}
