import type { Random } from '../../measure/random.ts';
import type { ActionFigures, BookFigures } from './world-book.ts';

/** One change of the rules, in words and as the figures it leads to. */
export interface RuleChange {
  readonly kind: ChangeKind;
  readonly words: string;
  readonly figures: BookFigures;
}

export const changeKinds = ['cap', 'lever', 'value', 'eligibility', 'new-action', 'removed-action'] as const;
export type ChangeKind = (typeof changeKinds)[number];

type Change = (figures: BookFigures, random: Random) => Omit<RuleChange, 'kind'>;

const changes: Readonly<Record<ChangeKind, Change>> = {
  cap: changeCap,
  lever: changeLever,
  value: changeValue,
  eligibility: changeEligibility,
  'new-action': addAction,
  'removed-action': removeAction,
};

export function randomChange(kind: ChangeKind, figures: BookFigures, random: Random): RuleChange {
  return { kind, ...changes[kind](figures, random) };
}

function changeCap(figures: BookFigures, random: Random) {
  const options: Readonly<Partial<BookFigures>>[] = [
    { actionCap: 1 },
    { actionCap: 3 },
    { weekCap: figures.weekCap - 1 },
    { weekCap: figures.weekCap - 2 },
    { weekCap: figures.weekCap + 1 },
    { weekCap: figures.weekCap + 3 },
    { groupRestHours: 12 },
    { groupRestHours: 48 },
    { groupRestHours: 72 },
    { afterConversionDays: 14 },
    { afterConversionDays: 3 },
  ];
  const changed = random.pick(options);
  return { words: JSON.stringify(changed), figures: { ...figures, ...changed } };
}

function changeLever(figures: BookFigures, random: Random) {
  const action = random.pick(Object.keys(figures.actions));
  const lever = random.pick([-80, -60, -40, 40, 60, 100, 150]);
  return changed(figures, action, { lever }, `lever of ${action} is ${lever}`);
}

function changeValue(figures: BookFigures, random: Random) {
  const action = random.pick(Object.keys(figures.actions));
  const factor = random.pick([0.4, 0.6, 0.8, 1.3, 1.7, 2.5]);
  const value = Math.round((figures.actions[action]?.value ?? 1) * factor);
  return changed(figures, action, { value }, `a conversion of ${action} is worth ${value}`);
}

/** Mostly narrower; sometimes open to customers it was never tried with. */
function changeEligibility(figures: BookFigures, random: Random) {
  const limited = Object.keys(figures.actions).filter((name) => figures.actions[name]?.tier !== undefined);
  const open = Object.keys(figures.actions).filter((name) => figures.actions[name]?.tier === undefined);
  if (random.chance(0.25)) {
    const action = random.pick(limited);
    const { tier: _, ...figuresOf } = figures.actions[action] as ActionFigures;
    const actions = { ...figures.actions, [action]: figuresOf };
    return { words: `${action} is for everybody`, figures: { ...figures, actions } };
  }
  const action = random.pick(open);
  const tier = random.pick(['none', 'silver', 'gold']);
  return changed(figures, action, { tier }, `${action} is for ${tier} customers`);
}

function addAction(figures: BookFigures, random: Random) {
  const value = random.pick([5, 10, 20, 40]);
  const tier = random.pick([undefined, 'silver', 'gold', 'gold']);
  const category = random.pick([undefined, 'bags', 'tents']);
  const fresh: ActionFigures = {
    group: random.pick(['sales/outdoor', 'loyalty/club', 'service/advice']),
    value,
    lever: 0,
    ...(tier !== undefined && { tier }),
    ...(category !== undefined && { category }),
  };
  const words = `new action, worth ${value}, for ${tier ?? 'all'}, ${category ?? 'any category'}`;
  return { words, figures: { ...figures, actions: { ...figures.actions, fresh } } };
}

function removeAction(figures: BookFigures, random: Random) {
  const action = random.pick(Object.keys(figures.actions));
  const { [action]: _, ...actions } = figures.actions;
  return { words: `${action} is gone`, figures: { ...figures, actions } };
}

function changed(figures: BookFigures, action: string, by: Partial<ActionFigures>, words: string) {
  const before = figures.actions[action] as ActionFigures;
  return { words, figures: { ...figures, actions: { ...figures.actions, [action]: { ...before, ...by } } } };
}
