import type { NamedNode } from '../../model/condition.ts';
import type { Change } from './change.ts';
import { placeOf } from './change-place.ts';
import type { Comparison } from './comparison.ts';
import { plainChange } from './json-changes.ts';
import { comingsAndGoings, fieldsChanged } from './make-change.ts';
import type { Pair, Pairing } from './pairing.ts';

/**
 * Segments and shared conditions that came, went or got another name. A shared condition exists for those who use it,
 * and they tell what became of it; a segment is something of its own.
 */
export function diffShared(comparison: Comparison): readonly Change[] {
  const { shared, after } = comparison;
  const segments = only('segment', shared);
  const conditions = only('condition', shared);
  return [
    ...comingsAndGoings(comparison, segments, { of: 'segment', topic: 'learning' }),
    ...segments.pairs.flatMap((pair) => valueChange(comparison, pair)),
    ...[...conditions.renames].map(([from, name]): Change => {
      const at = placeOf(after, 'after', { of: 'condition', name });
      return { kind: 'renamed', of: 'condition', name, from, topic: 'wording', reach: 'same', at };
    }),
  ];
}

/** What the members of a segment are counted as worth; a feature that only got another name is the same. */
function valueChange(
  comparison: Comparison,
  { name, before: { name: from } }: Pair<NamedNode>,
): readonly Change[] {
  const { before, after, reading } = comparison;
  const old = before.segments.get(from)?.value;
  const was = old === undefined ? undefined : (reading.names.facts.get(old) ?? old);
  const fields = plainChange('value', was, after.segments.get(name)?.value);
  return fieldsChanged(comparison, { of: 'segment', name, topic: 'learning' }, fields);
}

/** Those of one kind, by their bare names. */
function only(
  what: NamedNode['what'],
  { pairs, added, removed, renames }: Pairing<NamedNode>,
): Pairing<NamedNode> {
  const isWhat = (key: string) => key.startsWith(`${what} `);
  const bare = (key: string) => key.slice(what.length + 1);
  const own = (definitions: ReadonlyMap<string, NamedNode>) =>
    new Map([...definitions].filter(([key]) => isWhat(key)).map(([key, node]) => [bare(key), node]));
  const bareRenames = [...renames]
    .filter(([key]) => isWhat(key))
    .map(([from, to]) => [bare(from), bare(to)] as const);
  return {
    pairs: pairs
      .filter(({ name }) => isWhat(name))
      .map((pair) => ({ ...pair, name: bare(pair.name), from: bare(pair.from) })),
    added: own(added),
    removed: own(removed),
    renames: new Map(bareRenames),
  };
}
