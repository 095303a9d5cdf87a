import type { HeldOutTally } from './against-held-out.ts';
import { eventsAfter, eventsBefore, revenueOf, type ShopEvent } from './browsing.ts';
import type { Random } from './random.ts';
import { mulberry32, seedOf } from './random.ts';
import type { DecideReply, ServerApi, ShownItem } from './server-api.ts';
import type { HalfCounts, RunTally } from './tally.ts';
import { addFixed, newHalf } from './tally.ts';
import type { Moment, Shopper } from './tastes.ts';
import { clickProbability, conversionOfClicks, conversionProbability } from './tastes.ts';

export interface VisitContext {
  readonly api: ServerApi;
  readonly seed: number;
  /** Keeps the ids of this run apart from those of an earlier one with the same seed. */
  readonly run: string;
  readonly placements: readonly string[];
  readonly tally: RunTally;
  readonly heldOut: HeldOutTally;
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
  let answered: Answered | undefined;
  if (context.placements.length > 0) {
    const moment: Moment = { device: random() < 0.6 ? 'phone' : 'desktop' };
    const reply = await context.api.decide({
      customer: { userId: shopper.userId },
      placements: context.placements,
      context: { ...moment },
      explain: true,
      requestId: id,
    });
    counts.decisions += 1;
    answered = await respond(
      context,
      { shopper, moment, random: mulberry32(seedOf(context.seed, 'answer', shopper.index, number)) },
      reply,
      counts,
    );
  }
  const orders = eventsAfter(random, shopper, answered?.bought ?? false);
  if (answered) {
    const { isHeldOut } = answered;
    context.heldOut.add(shopper.index, { isHeldOut, revenue: revenueOf(orders) });
  }
  const after = stamped(orders, shopper, `${id}-a`);
  if (after.length > 0) await context.api.send(after);
  context.tally.add(counts);
  return { events: before.length + after.length, decisions: counts.decisions };
}

function stamped(events: readonly ShopEvent[], { userId }: Shopper, id: string): readonly object[] {
  return events.map((event, index) => ({ type: 'track', userId, messageId: `${id}${index}`, ...event }));
}

/** A shopper at one moment, with chances of their own. */
interface Met {
  readonly shopper: Shopper;
  readonly moment: Moment;
  readonly random: Random;
}

interface Answered {
  /** Something was bought because of what was shown. */
  readonly bought: boolean;
  readonly isHeldOut: boolean;
}

/** Reports what the shopper did with each shown action. */
async function respond(
  context: VisitContext,
  met: Met,
  reply: DecideReply,
  counts: HalfCounts,
): Promise<Answered> {
  const { shopper, moment, random } = met;
  let bought = false;
  for (const [placement, items] of Object.entries(reply.placements)) {
    const shown = items.filter(isAction);
    for (const { action, V } of shown) if (V !== undefined) context.values.set(action, V);
    for (const item of shown) {
      const clicked = random() < clickProbability(context.seed, shopper, item.action, moment);
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
    if (permitted.length > 0) countFirstPlace(context, met, counts, { shown: shown[0]?.action, permitted });
    counts.shownValue += expectedValue(
      context,
      met,
      shown.map(({ action }) => action),
      shown.length,
    );
    counts.bestValue += expectedValue(context, met, permitted, shown.length);
  }
  return { bought, isHeldOut: isHeldOut(reply) };
}

/** What stands first, beside each action that might have stood there. Who is held out has no such place. */
function countFirstPlace(
  context: VisitContext,
  met: Met,
  counts: HalfCounts,
  { shown, permitted }: { readonly shown: string | undefined; readonly permitted: readonly string[] },
): void {
  const worthOf = (action: string) => expectedValue(context, met, [action], 1);
  counts.places += 1;
  counts.firstValue += shown === undefined ? 0 : worthOf(shown);
  counts.firstBest += expectedValue(context, met, permitted, 1);
  for (const action of permitted) addFixed(counts, action, worthOf(action));
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

/** Whether something might have been shown if the shopper were not held out, and nothing was. */
function isHeldOut({ placements, explain }: DecideReply): boolean {
  const isShown = Object.values(placements).some((items) => items.some(isAction));
  const reasons = Object.values(explain?.placements ?? {}).flatMap((told) => told.reasons);
  return !isShown && reasons.some(({ code }) => code === 'holdout');
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
  { shopper, moment }: Met,
  actions: readonly string[],
  places: number,
): number {
  const worth = actions.map((action) => {
    return conversionProbability(seed, shopper, action, moment) * (values.get(action) ?? 0);
  });
  worth.sort((left, right) => right - left);
  return worth.slice(0, places).reduce((sum, value) => sum + value, 0);
}
