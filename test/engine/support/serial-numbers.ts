const counts = new Map<string, number>();

/** The next number of a kind, from 1 on in each file of tests. */
export function nextNumber(kind: string): number {
  const number = (counts.get(kind) ?? 0) + 1;
  counts.set(kind, number);
  return number;
}

/** A worker runs file after file: numbers begin anew with each, so that no test depends on what ran before it. */
export function numberAnew(): void {
  counts.clear();
}
