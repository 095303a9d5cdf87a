import type { JsonObject } from '../../engine/index.ts';
import { campaignOptions, holdContest, standingLine } from './campaigns/contest.ts';
import { type CodedTrial, codeTrial, type LoggedTrial } from './campaigns/logged-trial.ts';
import { mailColumns, readMailTrial } from './campaigns/mail-trial.ts';
import { rankByRule, rankByUplift } from './campaigns/ranked-uplift.ts';
import { readCsv } from './data/read-csv.ts';

/**
 * Questions: a shop sent one of two mails, or none, by lot. How many visits does the engine earn when it lives through the
 * same mailing and chooses itself? And when customers are ranked by what a mail adds, how much better is that than chance, than
 * ranking by response, and than the rule that everybody knows, "who bought such things before"?
 *
 * Sampling error of a Qini coefficient on such a file is nearly 0.02: an order between methods close to each other is chance.
 */
const { learning, replays } = campaignOptions;

export async function evaluate(folder: string, tell: (line: string) => void): Promise<JsonObject> {
  const trial = readMailTrial(readCsv(folder, 'hillstrom.csv', { columns: mailColumns }));
  const coded = codeTrial(trial);
  const standings = holdContest(coded, campaignOptions);
  tell(
    `${trial.decisions.length} decisions, ${trial.actions.length} actions, ${coded.code.dimension} feature ids`,
  );
  tell(`${'policy'.padEnd(40)} reward  sd      accepted`);
  for (const [name, standing] of Object.entries(standings)) tell(standingLine(name, standing));
  tell(`${'Qini coefficient of'.padEnd(40)} uplift  response  naive Bayes uplift  rule`);
  const uplift: Record<string, JsonObject> = {};
  trial.actions.forEach((name, action) => {
    if (action > 0) uplift[name] = rankedFor(trial, coded, action, tell);
  });
  return {
    evaluation: 'hillstrom',
    decisions: trial.decisions.length,
    propensities: Object.fromEntries(
      trial.actions.map((name, action) => [name, trial.propensities[action] ?? 0]),
    ),
    replays,
    policies: Object.fromEntries(
      Object.entries(standings).map(([name, standing]) => [name, { ...standing }]),
    ),
    ahead_of_beta: (standings.ours?.reward ?? 0) - (standings.beta?.reward ?? 0),
    qini: uplift,
  };
}

function rankedFor(
  trial: LoggedTrial,
  coded: CodedTrial,
  action: number,
  tell: (line: string) => void,
): JsonObject {
  const name = trial.actions[action] ?? '';
  const { uplift, response, naiveBayes } = rankByUplift(coded, action, learning);
  const rule = rankByRule(trial, action, boughtBefore(trial.names, name));
  const figures = [uplift, response, naiveBayes, rule].map((figure) => figure.toFixed(4).padEnd(9));
  tell(`${name.padEnd(40)} ${figures.join(' ')}`);
  return { uplift, response, naive_bayes: naiveBayes, bought_such_before: rule };
}

/** A mail is named after what it shows ("Womens E-Mail"), and there is a column of that name for who bought it before. */
function boughtBefore(names: readonly string[], mail: string): (values: readonly unknown[]) => number {
  const column = names.findIndex((name) => mail.toLowerCase().startsWith(`${name} `));
  return (values) => Number(values[column] ?? 0);
}
