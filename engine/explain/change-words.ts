import { millionths } from '../features/totals.ts';
import type { Alteration, Counterfactual } from '../model/explanation.ts';
import { clockOf, type Teller } from './cause-words.ts';
import { factWords, valueWords } from './fact-words.ts';
import { countWords, listWords, momentWords, moneyWords, nameWords, numberWords } from './phrases.ts';

/** What would have let an action in, as a sentence; `again`: it was possible before. */
export function changeWords(
  teller: Teller,
  counterfactual: Counterfactual,
  { again }: { readonly again: boolean },
): string {
  if (!counterfactual.found) return notFound[counterfactual.why];
  const { provided = [] } = counterfactual;
  const words = foundWords(teller, counterfactual, again);
  if (provided.length === 0) return words;
  const budgets = `${provided.length === 1 ? 'the budget' : 'the budgets'} ${listWords(provided.map(nameWords), 'and')}`;
  return `${words.slice(0, -1)}, as long as there was enough left of ${budgets}.`;
}

function foundWords(
  teller: Teller,
  { alterations, becomes }: Extract<Counterfactual, { readonly found: true }>,
  again: boolean,
): string {
  const time = alterations.find((alteration) => alteration.kind === 'time');
  const others = alterations
    .filter((alteration) => alteration.kind !== 'time')
    .map((one) => alterationWords(teller, one));
  const would = becomes === 'chosen' ? 'it would be shown' : 'it would be possible';
  if (time === undefined) return `If ${listWords(others, 'and')}, ${would}.`;
  const when =
    time.at >= teller.now
      ? `from ${momentWords(time.at, clockOf(teller))} on`
      : `until ${momentWords(time.at, clockOf(teller))}`;
  if (others.length > 0) return `If ${listWords(others, 'and')}, ${would} ${when}.`;
  if (time.at < teller.now) return `It was possible ${when}.`;
  return `${capital(when)} it would be possible${again ? ' again' : ''}.`;
}

const notFound = {
  fixed: 'Nothing about the customer would change that.',
  none: 'We found no change that would have made it possible.',
  'given-up': 'We did not look far enough to tell what would have made it possible.',
} as const;

/** What follows an "if". */
function alterationWords({ rulebook }: Teller, alteration: Alteration): string {
  switch (alteration.kind) {
    case 'fact':
      return factChangeWords(alteration, rulebook);
    case 'consent': {
      const [purpose = '', channel] = alteration.purpose.split('/');
      return `the customer agreed to ${nameWords(purpose)}${channel === undefined ? '' : ` by ${channel}`}`;
    }
    case 'contacts':
      return `the customer had had ${countWords(alteration.fewer, 'message')} less that count for the rule ${nameWords(alteration.policy)}`;
    case 'budget':
      return `the budget ${nameWords(alteration.budget)} had ${amountWords(alteration, rulebook)} more`;
    case 'value':
      return `one success were worth ${moneyWords(alteration.to, rulebook.currency)} instead of ${moneyWords(alteration.from, rulebook.currency)}`;
    case 'lever':
      return `its lever were ${numberWords(alteration.to)} instead of ${numberWords(alteration.from)}`;
    case 'arm':
      return `the customer were in the group ${nameWords(alteration.to)} of ${nameWords(alteration.experiment)}`;
    case 'alone':
      return 'this place were filled on its own';
    case 'places':
      return `this place showed ${numberWords(alteration.to)} instead of ${numberWords(alteration.from)}`;
    case 'time':
      return '';
  }
}

function factChangeWords(
  { fact, path, from, to }: Extract<Alteration, { readonly kind: 'fact' }>,
  rulebook: Teller['rulebook'],
): string {
  const subject = `${factWords(fact, rulebook)}${path === undefined ? '' : ` (${path.join(' ')})`}`;
  if (to === undefined) return `${subject} were not known`;
  return `${subject} were ${valueWords(to)}${from === undefined ? '' : ` instead of ${valueWords(from)}`}`;
}

function amountWords(
  { budget, more }: Extract<Alteration, { readonly kind: 'budget' }>,
  { budgets, currency }: Teller['rulebook'],
): string {
  return budgets.get(budget)?.unit === 'contacts'
    ? countWords(more, 'contact')
    : moneyWords(more / millionths, currency);
}

function capital(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}
