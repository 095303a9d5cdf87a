import {
  CodedError,
  OffPolicyEstimator,
  type OffPolicyReport,
  offPolicyReport,
  ProgressiveRates,
  rowUnder,
  type TargetChoice,
} from '../../../engine/index.ts';
import { readLines } from '../replay/read-lines.ts';
import { type LoggedRecord, Misread, recordAt, targetFrom } from './logged-record.ts';

/** What a log from elsewhere says about new rules. */
export interface LogJudgement {
  readonly report: OffPolicyReport;
  /** Lines that are rightly no decision. */
  readonly passedOver: number;
  /** `file:line field: found ..., expected ...`; the first of them. */
  readonly faults: readonly string[];
  readonly faulty: number;
}

const faultsMax = 20;

/**
 * Judges a uniform choice, or what the log itself or a file of targets says, a line a decision. Nothing is estimated from
 * lines that cannot be read: the report is then that of the readable ones, and the faults say which are missing.
 */
export async function judgeLog(given: {
  readonly file: string;
  readonly records: AsyncIterable<LoggedRecord>;
  readonly targets?: string;
}): Promise<LogJudgement> {
  const estimator = new OffPolicyEstimator();
  const rates = new ProgressiveRates();
  const targets = given.targets === undefined ? undefined : new TargetLines(given.targets);
  const faults: string[] = [];
  let faulty = 0;
  let passedOver = 0;
  for await (const record of given.records) {
    const read = record.kind === 'decision' && targets ? await targets.of(record) : record;
    if (read.kind === 'passed-over') passedOver += 1;
    else if (read.kind === 'fault') {
      faulty += 1;
      const file = read === record ? given.file : given.targets;
      const text = `${file}:${read.line} ${read.field}: found ${read.found}, expected ${read.expected}`;
      if (faults.length < faultsMax) faults.push(text);
    } else {
      const { decision, target = 'uniform' } = read;
      estimator.add(rowUnder(decision, target, rates));
      rates.observe(decision.action, decision.reward);
    }
  }
  await targets?.end();
  return { report: offPolicyReport(estimator.evaluation()), passedOver, faults, faulty };
}

type DecisionRecord = LoggedRecord & { readonly kind: 'decision' };

/** Targets in a file of their own: a line a decision, with the probability of the chosen action or of all that was offered. */
class TargetLines {
  private readonly file: string;
  private readonly lines: AsyncGenerator<string>;
  private line = 0;

  constructor(file: string) {
    this.file = file;
    this.lines = filledLines(file);
  }

  async of(record: DecisionRecord): Promise<LoggedRecord> {
    const { value } = await this.lines.next();
    this.line += 1;
    return recordAt(this.line, () => {
      if (typeof value !== 'string')
        throw new Misread('line', undefined, 'a line for every decision of the log');
      const target: TargetChoice = targetFrom(
        'line',
        value.trim().split(/[\s,;]+/),
        record.decision.offered.length,
      );
      return { ...record, target };
    });
  }

  /** More targets than decisions belong to another log. */
  async end(): Promise<void> {
    if ((await this.lines.next()).done === true) return;
    throw new CodedError(
      'NB_INVALID_INPUT',
      `${this.file}: found more lines than the log has decisions, ${this.line}`,
    );
  }
}

async function* filledLines(file: string): AsyncGenerator<string> {
  for await (const lines of readLines(file)) {
    for (const line of lines) if (line.trim() !== '') yield line;
  }
}
