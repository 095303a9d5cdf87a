/**
 * Works on items as they come, several at once, and gives the results in the order of the items. An item is only asked for
 * while fewer than `atOnce` are under way, and a result waits for whoever takes it: nothing piles up on either side.
 */
export async function* inOrder<Item, Result>(
  items: AsyncIterable<Item>,
  work: (item: Item) => Promise<Result>,
  atOnce: number,
): AsyncGenerator<Result> {
  const source = items[Symbol.asyncIterator]();
  const underWay: Promise<Result>[] = [];
  let next: Promise<IteratorResult<Item>> | undefined = source.next();
  try {
    while (next || underWay.length > 0) {
      const [head] = underWay;
      // A result that is ready goes out even if no further item comes for a while.
      const isRoom: boolean = next !== undefined && underWay.length < atOnce;
      const came: IteratorResult<Item> | 'head' | undefined = isRoom
        ? await Promise.race([next, ...(head ? [head.then(() => 'head' as const)] : [])])
        : 'head';
      if (came === 'head' || came === undefined) {
        yield await (underWay.shift() as Promise<Result>);
      } else if (came.done) next = undefined;
      else {
        underWay.push(work(came.value));
        next = source.next();
      }
    }
  } finally {
    await source.return?.();
  }
}
