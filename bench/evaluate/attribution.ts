import {
  type Attribution,
  attribute,
  attributionModels,
  day,
  isViewedBy,
  type JsonObject,
} from '../../engine/index.ts';
import { learningCredit } from './attribution/learning-credit.ts';
import {
  type OfferEvent,
  type OfferHistory,
  readHistory,
  type Sending,
  sendingsOf,
} from './attribution/offer-history.ts';
import { ReportingCredit, type Totals } from './attribution/reporting-credit.ts';

/**
 * To whom completions of offers and purchases are put down. The last sending of a completed offer: was it within its
 * validity, and had it been viewed by then? Who completed without a view would have bought anyway, and no credit is due. What
 * the customer fold learns from the same history by its own rules stands beside it. And do fractional credits sum exactly?
 */
const purchaseWindowMs = 10 * day;

type Tell = (line: string) => void;

export async function evaluate(folder: string, tell: Tell): Promise<JsonObject> {
  const history = readHistory(folder);
  const sendings = sendingsOf(history.events);
  const touches = lastTouches(history, sendings);
  const learning = learningCredit(history);
  const offers = new ReportingCredit();
  const purchases = new ReportingCredit();
  for (const { kind, person, at, offer, cents } of history.events) {
    const sent = sendings.get(person) ?? [];
    const windowMs = history.windows.get(offer ?? '');
    if (kind === 'completed' && windowMs !== undefined)
      offers.add(sent, { at, windowMs, value: 1_000_000, viewsOnly: true });
    if (kind === 'bought') purchases.add(sent, { at, windowMs: purchaseWindowMs, value: cents });
  }
  tellTouches(tell, touches);
  tell(`learned by the fold: ${learning.successes} successes of ${learning.trials} viewed sendings`);
  tellTotals(tell, 'completions, in millionths, viewed sendings of any offer', offers.totals);
  tellTotals(tell, 'purchases, in cents, sendings of ten days', purchases.totals);
  return {
    events: history.events.length,
    ...touches,
    violations: violationsIn(offers.totals) + violationsIn(purchases.totals),
    learning: { ...learning },
    completed: jsonOf(offers.totals),
    purchases: jsonOf(purchases.totals),
  };
}

interface LastTouches {
  readonly completions: number;
  /** Within the validity of the last sending. */
  readonly in_window: number;
  /** Viewed between the last sending and the completion. */
  readonly viewed: number;
  readonly unviewed: number;
}

function lastTouches(
  { events, windows }: OfferHistory,
  sendings: ReadonlyMap<string, readonly Sending[]>,
): LastTouches & JsonObject {
  const counts = { completions: 0, in_window: 0, viewed: 0, unviewed: 0 };
  for (const event of events) {
    if (event.kind !== 'completed') continue;
    counts.completions += 1;
    const sent = (sendings.get(event.person) ?? []).filter(({ offer }) => offer === event.offer);
    const last = lastTouch(sent, event, windows.get(event.offer ?? ''));
    if (!last) continue;
    counts.in_window += 1;
    counts[isViewedBy(last, event.at) ? 'viewed' : 'unviewed'] += 1;
  }
  return counts;
}

function lastTouch(
  sent: readonly Sending[],
  { at }: OfferEvent,
  windowMs: number | undefined,
): Sending | undefined {
  if (windowMs === undefined) return undefined;
  const { credits }: Attribution = attribute(sent, { at, windowMs, value: 1 }, attributionModels.lastTouch);
  return sent[credits.indexOf(1)];
}

function violationsIn(totals: Totals): number {
  return Object.values(totals).reduce((sum, { violations }) => sum + violations, 0);
}

function jsonOf(totals: Totals): JsonObject {
  return Object.fromEntries(Object.entries(totals).map(([name, total]) => [name, { ...total }]));
}

function tellTouches(tell: Tell, { completions, in_window, viewed, unviewed }: LastTouches): void {
  tell(`${completions} completions, ${in_window} within the validity of the last sending`);
  tell(`${viewed} of them viewed between sending and completion, ${unviewed} not (no credit is due)`);
}

function tellTotals(tell: Tell, title: string, totals: Totals): void {
  tell(`${title}:`);
  for (const [name, { violations, outcomes, credited, attributed, unattributed }] of Object.entries(totals)) {
    tell(
      `  ${name.padEnd(14)} ${outcomes} outcomes, ${credited} touches with a part, ${attributed} shared out, ` +
        `${unattributed} left over, ${violations} do not sum`,
    );
  }
}
