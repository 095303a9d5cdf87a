import type { Reach } from './change.ts';

/** More of something, less of it, neither, or some of both. */
export type Direction = 'more' | 'fewer' | 'same' | 'other';

/** What several changes come to together. */
export function together(directions: readonly Direction[]): Direction {
  const moving = new Set(directions.filter((direction) => direction !== 'same'));
  const [only, ...others] = moving;
  if (only === undefined) return 'same';
  return others.length === 0 ? only : 'other';
}

export function reachTogether(reaches: readonly Reach[]): Reach {
  const moving = reaches.filter((reach): reach is Direction => reach !== 'unclear');
  return moving.length === reaches.length ? together(moving) : 'unclear';
}

export function opposite(direction: Direction): Direction {
  if (direction === 'more') return 'fewer';
  return direction === 'fewer' ? 'more' : direction;
}

/** Whether a figure grew. */
export function ofNumbers(before: number, after: number): Direction {
  if (after > before) return 'more';
  return after < before ? 'fewer' : 'same';
}

/** Whether a set grew. */
export function ofSets(before: readonly string[], after: readonly string[]): Direction {
  const lost = before.some((name) => !after.includes(name));
  const won = after.some((name) => !before.includes(name));
  if (lost && won) return 'other';
  if (won) return 'more';
  return lost ? 'fewer' : 'same';
}

/** The same where an empty list stands for everything. */
export function ofFilters(before: readonly string[], after: readonly string[]): Direction {
  if (before.length === 0 && after.length === 0) return 'same';
  if (before.length === 0) return 'fewer';
  return after.length === 0 ? 'more' : ofSets(before, after);
}
