import { compareText } from '../compare-text.ts';
import type { ArmLists, Experiment, ExperimentShare } from '../model/experiment.ts';
import type { Action } from '../model/rulebook.ts';
import type { BookContext } from './book-context.ts';
import { alwaysValid, compileValidity } from './compile-engagement.ts';
import { type Cursor, whereIs } from './cursor.ts';
import { type ArmsFields, type ExperimentFields, experimentKinds, matchDefault } from './experiment-shape.ts';
import { didYouMean } from './nearest-name.ts';
import { defaulted, object, optional, required, type Values } from './object-shape.ts';
import type { Draft } from './register.ts';
import { inWords, name, number, text } from './scalar-shapes.ts';

const holdoutFields = {
  name: defaulted(name(), 'universal', 'Name in decisions and reports.'),
  share: required(number({ min: 0, max: 1 }), 'Share of customers held out.'),
  salt: optional(text, 'Draws other customers when it changes.'),
};

/** The universal hold-out, a setting of the whole book: an experiment that speaks of everything. */
export const holdoutShape = object('a holdout', holdoutFields);
export type HoldoutFields = Values<typeof holdoutFields>;

interface Known {
  readonly context: BookContext;
  readonly actions: ReadonlyMap<string, Action>;
  /** Names of the folders below `challengers/`. */
  readonly challengers: ReadonlySet<string>;
}

/** The universal hold-out first, the others by name: the order decides which of two challengers a customer meets. */
export function compileExperiments(known: Known): readonly Experiment[] {
  const { drafts } = known.context;
  const universal = compileHoldout(drafts.holdout.draft?.value);
  const named = drafts.experiments.drafts.flatMap((draft) => {
    refuseNameOfHoldout(draft, universal, known);
    return compileExperiment(draft, known) ?? [];
  });
  return [...universal, ...named.sort((one, other) => compareText(one.name, other.name))];
}

function compileHoldout(fields: HoldoutFields | undefined): readonly Experiment[] {
  if (!fields) return [];
  const { name: given, share, salt } = fields;
  const base = { name: given, salt: salt ?? given, valid: alwaysValid };
  return [{ ...base, kind: 'holdout', shares: sharesOf('holdout', share, 'treated'), match: matchDefault }];
}

function refuseNameOfHoldout(
  { name: given, at }: Draft<ExperimentFields>,
  [universal]: readonly Experiment[],
  { context }: Known,
): void {
  const { draft } = context.drafts.holdout;
  if (!draft || given !== universal?.name) return;
  at.error(
    'NBR_DUPLICATE',
    `${at.label}: found the experiment \`${given}\`, expected another name than that of the hold-out (${whereIs(draft.at)}).`,
  );
}

function compileExperiment(
  { name: given, value, at }: Draft<ExperimentFields>,
  known: Known,
): Experiment | undefined {
  const { holdout, treatments, actions, challenger, modelControl, salt = given } = value;
  const written = experimentKinds.filter((kind) => value[kind] !== undefined);
  const base = { name: given, salt, valid: compileValidity(value.valid, at.at('valid')) };
  if (written.length !== 1) {
    const found = written.length === 0 ? 'none' : inWords(written);
    at.error(
      'NBR_WRONG_EXPERIMENT',
      `${at.label}: expected exactly one of ${inWords(experimentKinds)}, found ${found}.`,
    );
    return undefined;
  }
  if (holdout) {
    const shares = sharesOf('holdout', holdout.share, 'treated');
    return {
      ...base,
      kind: 'holdout',
      shares,
      match: matchOf(holdout.match, at.at('holdout', 'match'), known),
    };
  }
  if (treatments) {
    const place = at.at('treatments');
    checkTreatments(treatments, place, known);
    const { action } = treatments;
    const [shares, lists] = [weightedShares(treatments, place), listsOf(treatments.arms)];
    return { ...base, kind: 'treatments', action, shares, lists };
  }
  if (actions) {
    const place = at.at('actions');
    for (const [arm, listed] of Object.entries(actions.arms)) {
      known.context.names.checkAll('action', listed, place.at('arms', arm));
    }
    return { ...base, kind: 'actions', shares: weightedShares(actions, place), lists: listsOf(actions.arms) };
  }
  if (modelControl) {
    return { ...base, kind: 'modelControl', shares: sharesOf('control', modelControl.share, 'treated') };
  }
  if (!challenger) return undefined;
  checkChallenger(challenger.name, at.at('challenger', 'name'), known);
  const shares = sharesOf('challenger', challenger.share, 'champion');
  return { ...base, kind: 'challenger', shares, challenger: challenger.name };
}

function matchOf(
  match: NonNullable<ExperimentFields['holdout']>['match'],
  at: Cursor,
  { context: { names } }: Known,
) {
  names.checkAll('channel', match.channels, at.at('channels'));
  names.checkAll('placement', match.placements, at.at('placements'));
  names.checkAll('action', match.actions, at.at('actions'));
  return { ...match, groups: names.groups(match.groups, at.at('groups')) };
}

function checkTreatments(
  { action, arms }: NonNullable<ExperimentFields['treatments']>,
  at: Cursor,
  { context, actions }: Known,
): void {
  if (!context.names.check('action', action, at.at('action'))) return;
  const treatments = actions.get(action)?.treatments.map((treatment) => treatment.name);
  // The challenger's own, where it is a challenger that lacks what the book's action has.
  const { at: written } = context.drafts.actions.drafts.find(({ name: one }) => one === action) ?? {};
  if (!treatments) return;
  for (const [arm, listed] of Object.entries(arms)) {
    for (const [index, treatment] of listed.entries()) {
      if (treatments.includes(treatment)) continue;
      const place = at.at('arms', arm, index);
      place.error(
        'NBR_UNKNOWN_TREATMENT',
        `${place.label}: found the unknown treatment \`${treatment}\`, expected one of the action \`${action}\`${written ? ` (${whereIs(written)})` : ''}.`,
        didYouMean(treatment, treatments),
      );
    }
  }
}

function checkChallenger(challenger: string, at: Cursor, { challengers }: Known): void {
  if (challengers.has(challenger)) return;
  at.error(
    'NBR_UNKNOWN_CHALLENGER',
    `${at.label}: found the unknown challenger \`${challenger}\`, expected the name of a folder below \`challengers/\` that holds rules.`,
    didYouMean(challenger, challengers),
  );
}

function sharesOf(arm: string, share: number, rest: string): readonly ExperimentShare[] {
  return [
    { arm, share, until: share },
    { arm: rest, share: 1 - share, until: 1 },
  ];
}

function weightedShares({ arms, weights }: ArmsFields, at: Cursor): readonly ExperimentShare[] {
  const names = Object.keys(arms).sort(compareText);
  for (const arm of Object.keys(weights ?? {})) {
    if (names.includes(arm)) continue;
    const place = at.at('weights', arm);
    place.errorInKey(
      'NBR_UNKNOWN_ARM',
      `${place.label}: found a weight of the unknown arm \`${arm}\`, expected one of \`arms\`.`,
      didYouMean(arm, names),
    );
  }
  const weightOf = (arm: string) => (weights && Object.hasOwn(weights, arm) ? (weights[arm] ?? 1) : 1);
  const total = names.reduce((sum, arm) => sum + weightOf(arm), 0);
  if (names.length < 2 || total === 0) {
    const place = at.at('arms');
    place.error(
      'NBR_WRONG_VALUE',
      `${place.label}: expected two arms or more with a weight above 0, found ${total === 0 ? 'no weight' : names.length}.`,
    );
    return [{ arm: names[0] ?? '', share: 1, until: 1 }];
  }
  let sum = 0;
  return names.map((arm, index) => {
    sum += weightOf(arm);
    return { arm, share: weightOf(arm) / total, until: index === names.length - 1 ? 1 : sum / total };
  });
}

function listsOf(arms: ArmsFields['arms']): ArmLists {
  const all = new Set(Object.values(arms).flat());
  const open = new Map(Object.entries(arms));
  const closed = [...open].map(([arm, listed]): [string, readonly string[]] => [
    arm,
    [...all].filter((name) => !listed.includes(name)),
  ]);
  return { open, closed: new Map(closed) };
}
