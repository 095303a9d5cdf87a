import type {
  ExplainedAction,
  ExplainedPlacement,
  FullExplanation,
  RankedFactors,
} from '../../../engine/index.ts';
import { renderTable } from './table.ts';

/** An explanation for the terminal: the funnel of each placement, then each action in words, with what is behind them. */
export function explanationText({ decision, customer, at, timeZone, placements }: FullExplanation): string {
  const head = `Decision ${decision} for ${customer}, ${new Date(at).toISOString()} (times below: ${timeZone})`;
  return [head, ...placements.map(placementText)].join('\n\n');
}

const responseNote =
  'Ranked by response: it is not known yet what happens without any action, so nothing can be said of uplift.';

function placementText({ placement, channel, rankedBy, funnel, actions, words }: ExplainedPlacement): string {
  const title = `${placement} (${channel}): ${words}`;
  const note = rankedBy === 'response' ? [responseNote] : [];
  return [title, ...note, '', funnelText(funnel), ...actions.map(actionText)].join('\n');
}

const barMax = 40;

/** One bar a stage; a stage that nobody fell out of is left out. */
function funnelText(funnel: Readonly<Record<string, number>>): string {
  const stages = Object.entries(funnel);
  const [, all = 0] = stages[0] ?? [];
  const told = stages.filter(([, count], index) => {
    const isEnd = index === 0 || index === stages.length - 1;
    return isEnd || count !== stages[index - 1]?.[1];
  });
  const rows = told.map(([stage, count]) => [stage, String(count), barOf(count, all)]);
  return renderTable(['Stage', 'Left', ''], rows)
    .split('\n')
    .map((line) => `  ${line}`)
    .join('\n');
}

function barOf(count: number, all: number): string {
  if (count === 0 || all === 0) return '';
  return '#'.repeat(Math.max(1, Math.round((count / all) * barMax)));
}

function actionText({ action, code, by, place, ranking, words }: ExplainedAction): string {
  const where = place ? `  ${place.file}:${place.line}:${place.column}` : '';
  const what = `${action}  ${code}${by === undefined ? '' : ` (${by})`}${where}`;
  const factors = ranking
    ? [factorsText(ranking.own), ...(ranking.last ? [factorsText(ranking.last)] : [])]
    : [];
  const isOwnOnly = ranking?.last?.action === ranking?.own.action;
  return ['', `  ${what}`, `    ${words}`, ...(isOwnOnly ? factors.slice(1) : factors)].join('\n');
}

function factorsText(factors: RankedFactors): string {
  const { action, priority, P, P0, V, C, L, cost, probability } = factors;
  const chance = probability === undefined ? '' : `, probability ${figure(probability)}`;
  const without = P0 === undefined ? '' : `, without any action ${figure(P0)}: ${factors.class}`;
  return `    ${action}: priority ${figure(priority)} (P ${figure(P)}${without}, V ${figure(V)}, C ${figure(C)}, L ${figure(L)}, cost ${figure(cost)}${chance})`;
}

function figure(value: number): string {
  return Number.isInteger(value) ? String(value) : String(Number(value.toFixed(4)));
}
