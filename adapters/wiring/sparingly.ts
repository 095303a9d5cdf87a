const quietMs = 10_000;

/**
 * Says the same thing at most every ten seconds, and then how often it was kept back: a server that is away for a
 * moment is met by every partition at once, again and again.
 */
export function sparingly<Rest extends readonly unknown[]>(
  say: (text: string, ...rest: Rest) => void,
  now: () => number,
): (kind: string, text: string, ...rest: Rest) => void {
  const said = new Map<string, { at: number; keptBack: number }>();
  return (kind, text, ...rest) => {
    const before = said.get(kind);
    if (before && now() - before.at < quietMs) {
      before.keptBack += 1;
      return;
    }
    const more = before && before.keptBack > 0 ? ` (and ${before.keptBack} more like it)` : '';
    said.set(kind, { at: now(), keptBack: 0 });
    say(`${text}${more}`, ...rest);
  };
}
