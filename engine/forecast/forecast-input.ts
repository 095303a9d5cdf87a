import type { DecideInput } from '../decide/decide-input.ts';
import type { ModelSnapshot } from '../model/model-snapshot.ts';
import type { Rulebook } from '../model/rulebook.ts';

/** Whether the new book has what asked for the decision. */
export function isAsked({ cause, rulebook }: DecideInput): boolean {
  return cause.kind === 'request' || rulebook.triggers.has(cause.trigger);
}

/**
 * What was known when it was asked. A receipt holds the propensities that the book in force asked for; those of what only
 * the new book asks for are those that the log told last.
 */
export function modelFor(asked: ModelSnapshot, told: ModelSnapshot | undefined): ModelSnapshot {
  if (!told) return asked;
  const { version } = asked;
  if (told.scoring) return { version, tallies: told.tallies, scoring: told.scoring };
  const tallies = { ...told.tallies, ...asked.tallies };
  return { version, tallies, ...(asked.estimates && { estimates: asked.estimates }) };
}

/** What new contacts are remembered by. */
export function memoryOf({ now, presentedAs, state }: DecideInput, rulebook: Rulebook) {
  const isPart = presentedAs !== undefined && state !== undefined;
  return { now, rulebook, ...(isPart && { presented: presentedAs }) };
}
