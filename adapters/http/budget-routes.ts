import { Type } from 'typebox';
import type { BudgetReport } from '../../engine/index.ts';
import type { HttpContext, HttpServer } from './http-server.ts';
import { timeToWire } from './map.ts';
import { problemResponses } from './schemas.ts';

const amount = (description: string) => Type.Number({ description });

const BudgetsBody = Type.Object({
  asOf: Type.String(),
  currency: Type.Optional(Type.String({ description: 'Of the amounts of budgets that count cost.' })),
  budgets: Type.Array(
    Type.Object({
      name: Type.String(),
      unit: Type.Union([Type.Literal('contacts'), Type.Literal('cost')]),
      period: Type.String({ description: '`hour`, `day`, `week`, `month`, `campaign` or `total`.' }),
      from: Type.Optional(
        Type.String({ description: 'When the period at hand began; absent for a budget once and for all.' }),
      ),
      until: Type.Optional(Type.String({ description: 'When it ends.' })),
      total: amount('The limit of one period.'),
      spent: amount('Spent in this period.'),
      reserved: amount('Set aside in the partitions, what is spent included. Never above `due`.'),
      idle: amount('Set aside and not spent; what lies idle for some seconds can be had elsewhere again.'),
      due: amount(
        'What may be spent by now: the total, less while a pace holds it up; 0 outside of a campaign.',
      ),
      pace: Type.Optional(Type.Literal('even')),
      pausedUntil: Type.Optional(
        Type.String({ description: 'When more may be spent, where the pace holds it up at the moment.' }),
      ),
    }),
  ),
});

/** What is spent of each budget, and when there is more. */
export function addBudgetRoutes(server: HttpServer, { application, clock }: HttpContext): void {
  const schema = {
    summary: 'Look at all budgets',
    description:
      'The budgets of the rulebook in force in their period at hand, all partitions together. Partitions set parts of a ' +
      'budget aside and spend from them, so what is reserved may be above what is spent, never below.',
    tags: ['operation'],
    response: { 200: BudgetsBody, ...problemResponses },
  };
  server.get('/v1/budgets', { schema }, async () => {
    const currency = application.rulebook()?.currency;
    return {
      asOf: timeToWire(clock.now()),
      ...(currency !== undefined && { currency }),
      budgets: (await application.budgets()).map(budgetToWire),
    };
  });
}

const millionths = 1_000_000;

function budgetToWire({ budget, window, spent, reserved, due, pausedUntil }: BudgetReport) {
  const { name, unit, period, pace, total } = budget;
  const inUnits = (value: number) => (unit === 'cost' ? value / millionths : value);
  return {
    name,
    unit,
    period,
    ...(window && { from: timeToWire(window.from), until: timeToWire(window.until) }),
    total: inUnits(total),
    spent: inUnits(spent),
    reserved: inUnits(reserved),
    idle: inUnits(Math.max(0, reserved - spent)),
    due: inUnits(due),
    ...(pace && { pace }),
    ...(pausedUntil !== undefined && { pausedUntil: timeToWire(pausedUntil) }),
  };
}
