import type { Random } from './random.ts';
import { mulberry32, pick, seedOf } from './random.ts';
import type { DecideReply, ServerApi, ShownItem } from './server-api.ts';
import type { HalfCounts, RunTally } from './tally.ts';
import { newHalf } from './tally.ts';
import type { Shopper } from './tastes.ts';
import { categories, clickProbability, conversionOfClicks, conversionProbability } from './tastes.ts';

export interface VisitContext {
  readonly api: ServerApi;
  readonly seed: number;
  /** Keeps the ids of this run apart from those of an earlier one with the same seed. */
  readonly run: string;
  readonly placements: readonly string[];
  readonly tally: RunTally;
  /** Value of a conversion by action, as far as decisions have told it. */
  readonly values: Map<string, number>;
}

export interface VisitCounts {
  readonly events: number;
  readonly decisions: number;
}

/** One visit: look around, see what the placements show, answer it by taste, perhaps buy. */
export async function visit(context: VisitContext, shopper: Shopper, number: number): Promise<VisitCounts> {
  const random = mulberry32(seedOf(context.seed, 'visit', shopper.index, number));
  const id = `${context.run}-${shopper.index}-${number}`;
  const before = stamped(eventsBefore(random, shopper, number), shopper, `${id}-b`);
  await context.api.send(before);
  const counts = newHalf();
  let bought = false;
  if (context.placements.length > 0) {
    const reply = await context.api.decide({
      customer: { userId: shopper.userId },
      placements: context.placements,
      context: { device: random() < 0.6 ? 'phone' : 'desktop' },
      explain: true,
      requestId: id,
    });
    counts.decisions += 1;
    bought = await respond(
      context,
      shopper,
      reply,
      counts,
      mulberry32(seedOf(context.seed, 'answer', shopper.index, number)),
    );
  }
  const after = stamped(eventsAfter(random, shopper, bought), shopper, `${id}-a`);
  if (after.length > 0) await context.api.send(after);
  context.tally.add(counts);
  return { events: before.length + after.length, decisions: counts.decisions };
}

interface ShopEvent {
  readonly type?: 'identify';
  readonly event?: string;
  readonly properties?: object;
  readonly traits?: object;
}

function stamped(events: readonly ShopEvent[], { userId }: Shopper, id: string): readonly object[] {
  return events.map((event, index) => ({ type: 'track', userId, messageId: `${id}${index}`, ...event }));
}

function eventsBefore(random: Random, shopper: Shopper, number: number): readonly ShopEvent[] {
  const events: ShopEvent[] = [];
  if (number === 0) {
    events.push({ type: 'identify', traits: { firstName: shopper.firstName } });
    events.push({ event: 'Consent Updated', properties: { marketing: shopper.grantsConsent } });
    if (random() < 0.3) events.push({ event: 'Newsletter Subscribed' });
  }
  const views = 1 + Math.floor(random() * 4);
  for (let view = 0; view < views; view += 1) {
    const category = random() < 0.7 ? shopper.category : pick(random, categories);
    events.push({ event: 'Product Viewed', properties: product(random, category) });
  }
  if (random() < 0.25) events.push({ event: 'Product Added', properties: product(random, shopper.category) });
  return events;
}

function eventsAfter(random: Random, shopper: Shopper, bought: boolean): readonly ShopEvent[] {
  const revenue = Math.round(2_000 + random() * 28_000) / 100;
  if (!bought && random() >= 0.03) return [];
  return [{ event: 'Order Completed', properties: { revenue, category: shopper.category } }];
}

function product(random: Random, category: string): object {
  const number = 1 + Math.floor(random() * 40);
  return { category, name: `${category} ${number}`, price: 15 + number * 5 };
}

/** Reports what the shopper did with each shown action; true when something was bought because of it. */
async function respond(
  context: VisitContext,
  shopper: Shopper,
  reply: DecideReply,
  counts: HalfCounts,
  random: Random,
): Promise<boolean> {
  let bought = false;
  for (const [placement, items] of Object.entries(reply.placements)) {
    const shown = items.filter(isAction);
    for (const { action, V } of shown) if (V !== undefined) context.values.set(action, V);
    for (const item of shown) {
      const clicked = random() < clickProbability(context.seed, shopper, item.action);
      const converted = clicked && random() < conversionOfClicks;
      await report(context, reply.decisionId, item, { clicked, converted });
      for (const total of [counts, context.tally.countsOf(item.action)]) {
        total.impressions += 1;
        total.clicks += clicked ? 1 : 0;
        total.conversions += converted ? 1 : 0;
      }
      bought ||= converted;
    }
    const permitted = permittedActions(reply, placement);
    counts.shownValue += expectedValue(
      context,
      shopper,
      shown.map(({ action }) => action),
      shown.length,
    );
    counts.bestValue += expectedValue(context, shopper, permitted, shown.length);
  }
  return bought;
}

type ShownAction = ShownItem & { readonly action: string };

function isAction(item: ShownItem): item is ShownAction {
  return item.fallback !== true && item.action !== undefined;
}

async function report(
  { api }: VisitContext,
  decisionId: string,
  { action, treatment }: ShownAction,
  answer: { readonly clicked: boolean; readonly converted: boolean },
): Promise<void> {
  const about = { decisionId, action, ...(treatment === undefined ? {} : { treatment }) };
  await api.report({ ...about, outcome: 'impression' });
  if (answer.clicked) await api.report({ ...about, outcome: 'click' });
  if (answer.converted) await api.report({ ...about, outcome: 'conversion' });
}

/** Everything that could have stood there: what was chosen, and what was merely outranked. */
function permittedActions(reply: DecideReply, placement: string): readonly string[] {
  const reasons = reply.explain?.placements[placement]?.reasons ?? [];
  const permitted = reasons.filter(({ code }) => code === 'chosen' || code === 'outranked');
  return [...new Set(permitted.map(({ action }) => action))];
}

/** Expected value of the best `places` of the actions, known only to those who know the tastes. */
function expectedValue(
  { seed, values }: VisitContext,
  shopper: Shopper,
  actions: readonly string[],
  places: number,
): number {
  const worth = actions.map((action) => {
    return conversionProbability(seed, shopper, action) * (values.get(action) ?? 0);
  });
  worth.sort((left, right) => right - left);
  return worth.slice(0, places).reduce((sum, value) => sum + value, 0);
}
