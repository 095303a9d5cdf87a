/** Beyond this many names a suggestion is not worth the search. */
const namesSearchedMax = 5_000;

/**
 * The name that was probably meant: the nearest by edits (insert, delete, replace, swap of neighbours), as long as at
 * most a third of it is wrong. Case alone is never a difference worth keeping a suggestion back for.
 */
export function nearestName(written: string, names: Iterable<string>): string | undefined {
  const wanted = written.toLowerCase();
  let nearest: string | undefined;
  let distanceMin = Math.max(1, Math.floor(written.length / 3)) + 1;
  let searched = 0;
  for (const name of names) {
    searched += 1;
    if (searched > namesSearchedMax) break;
    if (name === written || Math.abs(name.length - written.length) >= distanceMin) continue;
    const distance = editDistance(wanted, name.toLowerCase());
    if (distance < distanceMin) {
      distanceMin = distance;
      nearest = name;
    }
  }
  return nearest;
}

/** The hint that goes with an unknown name. */
export function didYouMean(written: string, names: Iterable<string>): string | undefined {
  const nearest = nearestName(written, names);
  return nearest === undefined ? undefined : `Did you mean \`${nearest}\`?`;
}

/** Optimal string alignment distance, three rows at a time. */
function editDistance(from: string, to: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let row = 1; row <= from.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= to.length; column += 1) {
      const same = from[row - 1] === to[column - 1];
      let cost = Math.min(
        at(last, column) + 1,
        at(current, column - 1) + 1,
        at(last, column - 1) + (same ? 0 : 1),
      );
      const swapped =
        row > 1 && column > 1 && from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      if (swapped) cost = Math.min(cost, at(beforeLast, column - 2) + 1);
      current.push(cost);
    }
    beforeLast = last;
    last = current;
  }
  return at(last, to.length);
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Number.POSITIVE_INFINITY;
}
