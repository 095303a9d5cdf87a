import type { Experiment } from '../../model/experiment.ts';
import type { Cursor } from '../cursor.ts';
import type { ExperimentFields } from '../experiment-shape.ts';
import type { Draft } from '../register.ts';
import type { LintedBook } from './linted-book.ts';

/**
 * Experiments that compare nothing: an arm without customers, arms that see the same, a challenger that nobody meets; and
 * those that leave more to chance than it takes to compare.
 */
export function lintExperiments(book: LintedBook): void {
  const { rulebook, drafts } = book;
  const byName = new Map(rulebook.experiments.map((experiment) => [experiment.name, experiment]));
  for (const draft of drafts.experiments.drafts) {
    const experiment = byName.get(draft.name);
    if (!experiment) continue;
    lintShares(book, experiment, draft);
    lintArms(book, experiment, draft);
    lintEnd(book, experiment, draft.at);
  }
  const holdout = drafts.holdout.draft;
  if (holdout)
    lintHoldoutShare(book, { share: holdout.value.share, at: holdout.at.at('share'), what: 'the hold-out' });
  lintChallengers(book);
}

function lintHoldoutShare(
  { warn }: LintedBook,
  { share, at, what }: { readonly share: number; readonly at: Cursor; readonly what: string },
): void {
  if (share === 1) {
    warn({
      code: 'NBR_FORBIDS_EVERYTHING',
      at,
      message: `${what}: found a share of 1, expected one below 1; every customer is held out, so nothing is ever shown.`,
      hint: 'Write 0.05 to hold out one customer in twenty.',
    });
  } else if (share === 0) {
    warn({
      code: 'NBR_NO_EFFECT',
      at,
      message: `${what}: found a share of 0, expected one above 0; nobody is held out.`,
      hint: 'Write 0.05 to hold out one customer in twenty.',
    });
  }
}

function lintShares(
  book: LintedBook,
  experiment: Experiment,
  { name, value, at }: Draft<ExperimentFields>,
): void {
  const { holdout, challenger, modelControl } = value;
  const what = `the experiment \`${name}\``;
  if (holdout) {
    lintHoldoutShare(book, { share: holdout.share, at: at.at('holdout', 'share'), what });
  } else if (challenger && (challenger.share === 0 || challenger.share === 1)) {
    book.warn({
      code: 'NBR_NO_EFFECT',
      at: at.at('challenger', 'share'),
      message: `${what}: found a share of ${challenger.share}, expected one above 0 and below 1; all customers are in one arm, so there is nothing to compare.`,
      hint: 'Write 0.5 to let each book decide on one half.',
    });
  } else if (modelControl) {
    lintControlShare(book, { share: modelControl.share, at: at.at('modelControl', 'share'), what });
  } else {
    lintWeights(book, experiment, { what, at: at.at(experiment.kind, 'weights') });
  }
}

/** What chance shows costs what the ranking would have earned, and each customer beyond these tells ever less. */
const controlShareMax = 0.1;

function lintControlShare(
  { warn }: LintedBook,
  { share, at, what }: { readonly share: number; readonly at: Cursor; readonly what: string },
): void {
  const hint = 'Write 0.02 to let chance rank for one customer in fifty.';
  if (share === 0 || share === 1) {
    warn({
      code: 'NBR_NO_EFFECT',
      at,
      message: `${what}: found a share of ${share}, expected one above 0 and below 1; all customers are in one arm, so there is nothing to compare.`,
      hint,
    });
  } else if (share > controlShareMax) {
    warn({
      code: 'NBR_MUCH_BY_CHANCE',
      at,
      message: `${what}: found a share of ${share}, expected one of at most ${controlShareMax}; for all of these customers chance ranks, and what the ranking would have earned is lost.`,
      hint,
    });
  }
}

/** An arm with a weight of 0 has no customers. */
function lintWeights(
  { warn }: LintedBook,
  { shares }: Experiment,
  { what, at }: { readonly what: string; readonly at: Cursor },
): void {
  for (const { arm, share } of shares) {
    if (share === 0) {
      warn({
        code: 'NBR_NO_EFFECT',
        at: at.at(arm),
        message: `${what}: found a weight of 0 for the arm \`${arm}\`, expected one above 0; nobody is in it.`,
        hint: 'Delete the arm, or give it a weight.',
      });
    }
  }
}

/** What all arms list is open to everybody, and what two arms list alike is no difference between them. */
function lintArms({ warn }: LintedBook, experiment: Experiment, { name, at }: Draft<ExperimentFields>): void {
  if (experiment.kind !== 'treatments' && experiment.kind !== 'actions') return;
  const seenIn = new Map<string, string>();
  for (const [arm, listed] of experiment.lists.open) {
    for (const [index, entry] of listed.entries()) {
      const other = seenIn.get(entry);
      if (other !== undefined && other !== arm) {
        warn({
          code: 'NBR_ARMS_ALIKE',
          at: at.at(experiment.kind, 'arms', arm, index),
          message: `the experiment \`${name}\`: found \`${entry}\` in the arm \`${arm}\` and in \`${other}\`, expected it in one; what both may see does not tell them apart.`,
          hint: 'What is open to everybody is left out of all arms.',
        });
      }
      if (other === undefined) seenIn.set(entry, arm);
    }
  }
}

function lintEnd({ warn, now }: LintedBook, { name, valid }: Experiment, at: Cursor): void {
  if (now === undefined || valid.until > now) return;
  warn({
    code: 'NBR_EXPIRED',
    at: at.at('valid', 'until'),
    message: `the experiment \`${name}\`: expected an end to come, found one that is over; it deals nobody any more.`,
    hint: 'Delete it, or give it a new end.',
  });
}

/** A folder of rules that no experiment lets decide. */
function lintChallengers({ rulebook, drafts, warn }: LintedBook): void {
  const met = new Set(
    rulebook.experiments.flatMap((experiment) =>
      experiment.kind === 'challenger' ? [experiment.challenger] : [],
    ),
  );
  for (const [name, { actions, placements, policies, hierarchy, arbitration, tests }] of drafts.challengers) {
    if (met.has(name)) continue;
    const places = [actions, placements, policies, hierarchy].flatMap((register) => [
      ...register.places.values(),
    ]);
    const [at] = [
      ...places,
      ...(arbitration.draft ? [arbitration.draft.at] : []),
      ...tests.map((test) => test.at),
    ];
    if (!at) continue;
    warn({
      code: 'NBR_UNUSED',
      at,
      message: `the challenger \`${name}\`: expected an experiment with it, found none; it decides on nobody.`,
      hint: `Write under \`experiments\`: \`${name}: { challenger: { name: ${name}, share: 0.1 } }\`.`,
    });
  }
}
