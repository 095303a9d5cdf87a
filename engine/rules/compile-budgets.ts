import { momentOf } from '../calendar/wall-time.ts';
import { millionths } from '../features/totals.ts';
import { day } from '../limits.ts';
import type { Budget, Rulebook, Validity } from '../model/rulebook.ts';
import type { BookContext } from './book-context.ts';
import { list } from './collection-shapes.ts';
import type { Cursor } from './cursor.ts';
import type { IsoTime } from './iso-time.ts';
import { defaulted, object, optional, required, type Values } from './object-shape.ts';
import { isoTime, number, oneOf, text } from './scalar-shapes.ts';

const names = list(text);
const matchFields = {
  channels: defaulted(names, [], 'Only contacts in these channels.'),
  groups: defaulted(names, [], 'Only contacts with actions of these groups or issues.'),
  actions: defaulted(names, [], 'Only contacts with these actions.'),
};

const campaignFields = {
  from: required(isoTime, "First moment, or first day in the book's time zone."),
  until: required(isoTime, "End; a day, of the book's time zone, is included."),
};

const fields = {
  unit: required(oneOf(['contacts', 'cost']), 'What is counted: contacts, or their cost.'),
  total: required(
    number({ min: 0, max: Math.floor(Number.MAX_SAFE_INTEGER / millionths) }),
    'Limit per period; for `cost` in the currency of the book.',
  ),
  period: optional(
    oneOf(['hour', 'day', 'week', 'month', 'total']),
    "After which it starts anew, by the calendar of the book's time zone; `total`: never.",
  ),
  campaign: optional(
    object('a campaign', campaignFields),
    'The one time that it is for; before and after, nothing is spent. It stands in place of `period`.',
  ),
  pace: optional(oneOf(['even']), 'Spend it no faster than its time passes.'),
  match: optional(
    object('a match', matchFields),
    'Contacts that it pays for, beside those of actions that name it; `{}` for all.',
  ),
};

export const budgetShape = object('a budget', fields);
export type BudgetFields = Values<typeof fields>;

type Zones = Rulebook['timeZones'];

export function compileBudgets(context: BookContext, zones: Zones): ReadonlyMap<string, Budget> {
  const { drafts } = context.drafts.budgets;
  return new Map(
    drafts.map(({ name, value, at }) => [name, compileBudget(name, value, { at, context, zones })]),
  );
}

function compileBudget(
  name: string,
  value: BudgetFields,
  { at, context, zones }: { readonly at: Cursor; readonly context: BookContext; readonly zones: Zones },
): Budget {
  const { unit, total, campaign: written, pace } = value;
  if (unit === 'contacts' && !Number.isSafeInteger(total)) {
    at.at('total').error(
      'NBR_WRONG_VALUE',
      `${at.at('total').label}: expected a whole number of contacts, found the number ${total}.`,
    );
  }
  checkPeriod(value, at);
  const campaign = written && compileCampaign(written, at.at('campaign'), zones);
  const match = value.match && compileMatch(value.match, at.at('match'), context);
  return {
    name,
    unit,
    total: unit === 'cost' ? Math.round(total * millionths) : total,
    period: campaign ? 'campaign' : (value.period ?? 'total'),
    ...(campaign && { campaign }),
    ...(pace && { pace }),
    ...(match && { match }),
  };
}

function checkPeriod({ period, campaign, pace }: BudgetFields, at: Cursor): void {
  if ((period === undefined) === (campaign === undefined)) {
    at.error(
      period === undefined ? 'NBR_MISSING_FIELD' : 'NBR_CONFLICTING_FIELDS',
      `${at.label}: expected a budget with either \`period\` or \`campaign\`, found ${period === undefined ? 'none' : 'both'}.`,
      period === undefined ? 'Write `period: total` for a budget once and for all.' : undefined,
    );
  }
  if (period !== 'total' || pace === undefined) return;
  at.at('pace').error(
    'NBR_CONFLICTING_FIELDS',
    `${at.label}: expected no \`pace\` beside \`period: total\`, which has no end to spread it over, found \`${pace}\`.`,
    'Say from when until when with `campaign`.',
  );
}

function compileCampaign(
  { from, until }: { readonly from: IsoTime; readonly until: IsoTime },
  at: Cursor,
  zones: Zones,
): Validity {
  const campaign = { from: momentIn(zones, from, 0), until: momentIn(zones, until, day) };
  if (campaign.until <= campaign.from) {
    at.at('until').error(
      'NBR_WRONG_VALUE',
      `${at.label}: expected \`until\` after \`from\`, found it before or at it.`,
    );
  }
  return campaign;
}

/** A day is one of the book's time zone; `dayMs` leads to its end. */
function momentIn(zones: Zones, { at, dateOnly }: IsoTime, dayMs: number): number {
  return dateOnly ? momentOf(at + dayMs, zones.fallback, zones) : at;
}

function compileMatch(
  { channels, groups, actions }: NonNullable<BudgetFields['match']>,
  at: Cursor,
  { names: known }: BookContext,
): NonNullable<Budget['match']> {
  known.checkAll('channel', channels, at.at('channels'));
  known.checkAll('action', actions, at.at('actions'));
  return { channels, groups: known.groups(groups, at.at('groups')), actions };
}
