import type { JsonObject } from '../../engine/index.ts';
import { campaignOptions, holdContest, standingLine } from './campaigns/contest.ts';
import { bestFixed, greedyValue } from './campaigns/greedy-value.ts';
import { codeTrial } from './campaigns/logged-trial.ts';
import {
  type PortfolioLine,
  type ProfileLine,
  readOfferTrial,
  type TranscriptLine,
} from './campaigns/offer-trial.ts';
import { readJsonLines } from './data/read-json-lines.ts';

/**
 * Question: a coffee chain sent offers, or none, by lot; how many more purchases within 72 hours does the engine earn when it
 * lives through the same weeks and chooses itself? Baselines in the same run: Thompson sampling without and with naive Bayes,
 * chance, and the best single offer, known only when all is over. And, without exploration: what are the choices of models
 * worth that have seen the other people's decisions?
 */
const { learning, replays } = campaignOptions;

export async function evaluate(folder: string, tell: (line: string) => void): Promise<JsonObject> {
  const trial = readOfferTrial(
    readJsonLines<TranscriptLine>(folder, 'starbucks_transcript.json'),
    readJsonLines<ProfileLine>(folder, 'starbucks_profile.json'),
    readJsonLines<PortfolioLine>(folder, 'starbucks_portfolio.json'),
  );
  const coded = codeTrial(trial);
  tell(
    `${trial.decisions.length} decisions, ${trial.actions.length} actions, ${coded.code.dimension} feature ids`,
  );
  const standings = holdContest(coded, campaignOptions);
  tell(`${'policy'.padEnd(40)} reward  sd      accepted`);
  for (const [name, standing] of Object.entries(standings)) tell(standingLine(name, standing));
  const offline = greedyValue(coded, learning);
  const fixed = bestFixed(coded);
  tell(
    `without exploration: ours ${offline.value.toFixed(4)} (se ${offline.error.toFixed(4)}), best fixed ${fixed.reward.toFixed(4)}`,
  );
  return {
    evaluation: 'starbucks',
    decisions: trial.decisions.length,
    propensities: Object.fromEntries(
      trial.actions.map((name, action) => [name, trial.propensities[action] ?? 0]),
    ),
    replays,
    policies: Object.fromEntries(
      Object.entries(standings).map(([name, standing]) => [name, { ...standing }]),
    ),
    ahead_of_beta: (standings.ours?.reward ?? 0) - (standings.beta?.reward ?? 0),
    best_fixed: { action: trial.actions[fixed.action] ?? '', reward: fixed.reward },
    offline: { ours: { ...offline } },
  };
}
