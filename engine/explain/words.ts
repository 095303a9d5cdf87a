import type { PlacementDecision } from '../model/decision.ts';
import type { ExplainedAction } from '../model/explanation.ts';
import type { ReasonCode } from '../reasons.ts';
import { causeWords, type Teller } from './cause-words.ts';
import { changeWords } from './change-words.ts';
import { listWords, nameWords, numberWords } from './phrases.ts';

/**
 * An explanation in sentences that can be read to a customer: plain English, the same for the same decision, told in
 * the customer's own time.
 */
export type { Teller } from './cause-words.ts';

/** What one placement showed. */
export function placementWords({ treatments, fallback, placement, reasons }: PlacementDecision): string {
  const where = nameWords(placement);
  if (treatments.length === 0 && reasons.some(({ code }) => code === 'left-alone')) {
    const shown = fallback ? 'only the standard content' : 'nothing';
    return `In ${where} we showed ${shown}, by chance, so that we learn what happens without any offer.`;
  }
  if (treatments.length > 0)
    return `In ${where} we showed ${listWords(
      treatments.map(({ action }) => nameWords(action)),
      'and',
    )}.`;
  return fallback
    ? `In ${where} we showed the standard content, because no offer was left.`
    : `In ${where} we showed nothing, because no offer was left.`;
}

/** Why one action was or was not there, and what would change that. */
export function actionWords(
  teller: Teller,
  told: Omit<ExplainedAction, 'words'>,
  { treatments }: PlacementDecision,
): string {
  const name = nameWords(told.action);
  if (told.code === 'chosen') {
    const shown = treatments.find(({ action }) => action === told.action);
    return `We showed ${name}${shown ? shownWords(shown) : ''}.${addedWords(shown)}`;
  }
  const why = `We did not offer ${name} because ${causeWords(teller, told)}.`;
  if (!told.counterfactual) return why;
  return `${why} ${changeWords(teller, told.counterfactual, { again: comesBack.has(told.code) })}`;
}

/** What stands in the way for a while, of something that was possible before. */
const comesBack: ReadonlySet<ReasonCode> = new Set<ReasonCode>([
  'contact-policy',
  'quiet-hours',
  'budget',
  'paced',
]);

/** Where it is known what happens without any offer. */
function addedWords(shown: PlacementDecision['treatments'][number] | undefined): string {
  if (shown?.P0 === undefined) return '';
  const [withIt, without] = [shown.P, shown.P0].map((share) => `${numberWords(share * 100)} %`);
  return ` With it, success was ${withIt} likely, and without any offer ${without}.`;
}

function shownWords({ rank, probability }: PlacementDecision['treatments'][number]): string {
  const place = rank === 1 ? ' first' : ` as number ${rank}`;
  return probability === 1
    ? place
    : `${place}, which had a probability of ${numberWords(probability * 100)} %`;
}
