import type { Random } from '../../measure/random.ts';

/** A copy in random order (Fisher and Yates), the same for the same seed. */
export function shuffled<Item>(items: readonly Item[], random: Random): Item[] {
  const copy = [...items];
  for (let last = copy.length - 1; last > 0; last -= 1) {
    const other = Math.floor(random.next() * (last + 1));
    const item = copy[last] as Item;
    copy[last] = copy[other] as Item;
    copy[other] = item;
  }
  return copy;
}
