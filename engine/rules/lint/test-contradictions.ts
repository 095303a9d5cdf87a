import type { RulebookTest } from '../../model/rulebook.ts';

/** Where a test says two things that exclude each other. */
export interface Contradiction {
  /** Below `expect`. */
  readonly path: readonly (string | number)[];
  readonly found: string;
}

/** The first one in what a test expects. */
export function contradictionIn(expect: RulebookTest['expect']): Contradiction | undefined {
  return rankContradiction(expect) ?? outContradiction(expect) ?? fallbackContradiction(expect);
}

function rankContradiction({ first, ranked = [] }: RulebookTest['expect']): Contradiction | undefined {
  for (const [rank, action] of ranked.entries()) {
    if (ranked.indexOf(action) < rank) {
      return { path: ['ranked', rank], found: `\`${action}\` in two ranks` };
    }
  }
  if (first === undefined || ranked[0] === undefined || ranked[0] === first) return undefined;
  return { path: ['ranked', 0], found: `\`${ranked[0]}\` in the first rank and \`${first}\` as \`first\`` };
}

/** An action that only lost to others is in, and out by `outranked`. */
function outContradiction({
  first,
  ranked = [],
  in: inside,
  out,
}: RulebookTest['expect']): Contradiction | undefined {
  for (const [action, code] of Object.entries(out)) {
    const shown = action === first ? 'first' : ranked.includes(action) ? 'ranked' : undefined;
    if (shown !== undefined && code !== 'chosen') {
      return { path: ['out', action], found: `\`${action}\` in \`${shown}\` and in \`out\`` };
    }
    if (inside.includes(action) && code !== 'chosen' && code !== 'outranked') {
      return { path: ['out', action], found: `\`${action}\` in \`in\` and in \`out\`` };
    }
  }
  return undefined;
}

/** The fallback is shown when nothing else is. */
function fallbackContradiction({
  first,
  ranked = [],
  in: inside,
  out,
  fallback,
}: RulebookTest['expect']): Contradiction | undefined {
  if (fallback !== true) return undefined;
  const shown =
    first ??
    ranked[0] ??
    inside[0] ??
    Object.keys(out).find((action) => out[action] === 'chosen' || out[action] === 'outranked');
  if (shown === undefined) return undefined;
  return {
    path: ['fallback'],
    found: `the fallback and \`${shown}\`, and the fallback is shown only where no action is`,
  };
}
