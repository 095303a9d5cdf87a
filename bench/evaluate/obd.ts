import { openBanditReader } from '../../adapters/cli/logged/open-bandit.ts';
import {
  type Evaluation,
  type JsonObject,
  type LoggedDecision,
  OffPolicyEstimator,
  type OffPolicyReport,
  offPolicyReport,
  ProgressiveRates,
  rowUnder,
} from '../../engine/index.ts';
import { DataFault } from './data/data-fault.ts';
import { namesWith, readText } from './data/find-file.ts';
import { readCsv } from './data/read-csv.ts';

/**
 * Estimators on the logs of a shop that are published with their true probabilities: what a uniform choice would have earned,
 * told from the log of a Thompson sampler, beside what it did earn in the log of a uniform choice. Every row is a decision of
 * its own with the probability of its item; positions count for nothing, as the logged probability is the one at the position.
 */
export async function evaluate(folder: string, tell: (line: string) => void): Promise<JsonObject> {
  const files = namesWith(folder, 'csv');
  const campaigns = files.flatMap((name) => {
    const [, campaign] = /^obd_bts_(.+)$/.exec(name) ?? [];
    return campaign === undefined || campaign.endsWith('_item_context') ? [] : [campaign];
  });
  if (campaigns.length === 0)
    throw new DataFault(`no file obd_bts_<campaign>.csv in ${folder} or its folders dev and uci`);
  const told: Record<string, JsonObject> = {};
  for (const campaign of campaigns) {
    told[campaign] = judged(folder, campaign, files);
    tell(`${campaign}: ${JSON.stringify(told[campaign], undefined, 1)}`);
  }
  return { evaluation: 'obd', campaigns: told };
}

function judged(folder: string, campaign: string, files: readonly string[]): JsonObject {
  const items = itemsOf(folder, campaign, files);
  const estimator = new OffPolicyEstimator();
  const rates = new ProgressiveRates();
  for (const decision of decisionsOf(folder, `obd_bts_${campaign}`, items)) {
    estimator.add(rowUnder(decision, 'uniform', rates));
    rates.observe(decision.action, decision.reward);
  }
  const evaluation = estimator.evaluation();
  if (!evaluation) throw new DataFault(`obd_bts_${campaign}.csv holds no decisions`);
  const uniform = `obd_random_${campaign}`;
  const truth = files.includes(uniform) ? truthOf(decisionsOf(folder, uniform, items)) : {};
  return { ...figuresOf(evaluation), ...verdictOf(offPolicyReport(evaluation)), ...truth };
}

/** The items of a campaign, by the files that describe them; else the log's own columns tell. */
function itemsOf(folder: string, campaign: string, files: readonly string[]): number | undefined {
  const described = ['bts', 'random']
    .map((logger) => `obd_${logger}_${campaign}_item_context`)
    .find((name) => files.includes(name));
  return described === undefined ? undefined : readCsv(folder, `${described}.csv`, { columns: [] }).length;
}

function decisionsOf(folder: string, name: string, items: number | undefined): readonly LoggedDecision[] {
  const reader = openBanditReader(items === undefined ? {} : { actions: items });
  const lines = readText(folder, `${name}.csv`).split(/\r?\n/);
  const records = [...lines.map((line, index) => reader.take(line, index + 1)), reader.end()];
  return records.flatMap((record) => {
    if (record?.kind === 'decision') return [record.decision];
    if (record?.kind !== 'fault') return [];
    const { line, field, found, expected } = record;
    throw new DataFault(`${name}.csv:${line} ${field}: found ${found}, expected ${expected}`);
  });
}

function truthOf(decisions: readonly LoggedDecision[]): JsonObject {
  const clicks = decisions.reduce((sum, { reward }) => sum + reward, 0);
  const value = clicks / decisions.length;
  return {
    truth: value,
    truth_clicks: clicks,
    truth_rows: decisions.length,
    truth_se: Math.sqrt((value * (1 - value)) / decisions.length),
  };
}

function figuresOf({ rows, estimates, overlap }: Evaluation): JsonObject {
  const { ips, snips, dm, dr, sndr, switchDr, drOs, old } = estimates;
  return {
    rows,
    ips: ips.value,
    ips_se: ips.standardError,
    snips: snips.value,
    snips_se: snips.standardError,
    dm: dm.value,
    dr: dr.value,
    dr_se: dr.standardError,
    dr_interval: [dr.interval.low, dr.interval.high],
    sndr: sndr.value,
    sndr_se: sndr.standardError,
    switch: switchDr.value,
    dros: drOs.value,
    logged_value: old.value,
    ess: overlap.effectiveSampleSize,
    mean_weight: overlap.meanWeight,
    max_weight: overlap.largestWeight,
    max_weight_share: overlap.largestShare,
    unsupported: overlap.unsupported,
  };
}

function verdictOf({ answer, words, refusals }: OffPolicyReport): JsonObject {
  return {
    refused: answer === 'refused',
    verdict: words,
    refusals: refusals.map((refusal) => refusal.words),
  };
}
