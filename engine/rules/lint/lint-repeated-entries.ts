import type { Cursor } from '../cursor.ts';
import type { LintedBook, Warn } from './linted-book.ts';

/** Lists that name the same thing twice. A budget named twice would even pay twice, and a placement be asked twice. */
export function lintRepeatedEntries({ drafts, warn }: LintedBook): void {
  const look = (at: Cursor, lists: Readonly<Record<string, readonly string[] | undefined>>) => {
    for (const [field, list] of Object.entries(lists)) {
      if (list !== undefined && list.length > 1) lookThrough(list, at.at(field), warn);
    }
  };
  for (const { value, at } of drafts.actions.drafts) {
    const { budgets } = value.fields;
    if (budgets.length > 1) look(at, { budgets });
    for (const { placements, at: place } of value.treatments) {
      if (placements.length > 1) look(place, { placements });
    }
  }
  for (const { value, at } of drafts.features.drafts) {
    const { count, sum, avg, min, max, first, last, distinct } = value;
    const { recency, decayed, sessions, rfm } = value;
    look(at, { count, sum, avg, min, max, first, last, distinct, recency, decayed, sessions, rfm });
  }
  for (const { value, at } of drafts.placements.drafts) look(at, { without: value.without });
  for (const { value, at } of drafts.policies.drafts) {
    look(at.at('match'), value.match);
    if (value.notAfter) {
      const { actions, groups } = value.notAfter;
      look(at.at('notAfter'), { actions, groups });
    }
  }
  for (const { value, at } of drafts.quietHours.drafts) {
    look(at, { channels: value.channels, jurisdictions: value.jurisdictions });
    look(at.at('except'), value.except);
  }
  const learning = drafts.learning.draft;
  if (learning) look(learning.at, { predictors: learning.value.predictors, exclude: learning.value.exclude });
  const degraded = drafts.degraded.draft;
  if (degraded) look(degraded.at, { actions: degraded.value.actions, groups: degraded.value.groups });
  for (const { value, at } of drafts.experiments.drafts) {
    const { holdout, treatments, actions } = value;
    if (holdout) look(at.at('holdout', 'match'), holdout.match);
    if (treatments) look(at.at('treatments', 'arms'), treatments.arms);
    if (actions) look(at.at('actions', 'arms'), actions.arms);
  }
  for (const { value, at } of drafts.triggers.drafts) look(at, { on: value.on, ask: value.ask });
  for (const { value, at } of drafts.outcomes.drafts) {
    const { on, groups, actions, channels } = value;
    look(at, { on, groups, actions, channels });
  }
  for (const { value, at } of drafts.consent) look(at, { on: value.on });
  const identity = drafts.identity.draft;
  if (identity) {
    look(identity.at, { block: identity.value.block });
    for (const [name, { from }] of Object.entries(identity.value.identifiers)) {
      if (from.length > 1) look(identity.at.at('identifiers', name), { from });
    }
  }
  const weights = drafts.arbitration.draft?.value.contextWeights ?? [];
  for (const [index, { groups, actions, treatments }] of weights.entries()) {
    const at = drafts.arbitration.draft?.at.at('contextWeights', index);
    if (at) look(at, { groups, actions, treatments });
  }
}

function lookThrough(list: readonly string[], at: Cursor, warn: Warn): void {
  const seen = new Set<string>();
  for (const [index, entry] of list.entries()) {
    if (seen.has(entry)) {
      const place = at.at(index);
      warn({
        code: 'NBR_REPEATED_ENTRY',
        at: place,
        message: `${place.label}: found \`${entry}\` again, expected it once in the list.`,
        hint: 'Leave it out; if another name was meant, write that one.',
      });
    }
    seen.add(entry);
  }
}
