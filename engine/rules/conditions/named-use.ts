import type { ConditionTree, FactRead } from '../../model/condition.ts';
import type { Cursor } from '../cursor.ts';
import { invalid, type Read } from '../shape.ts';
import type { ConditionScope } from './compile-condition.ts';
import { namedAs } from './condition-tree.ts';
import type { FactScope } from './fact-scope.ts';

/** A use of a shared condition or a segment: only where all facts that it reads are there. */
export function compileUse(
  what: 'condition' | 'segment',
  name: string,
  { at, scope }: { readonly at: Cursor; readonly scope: ConditionScope },
): Read<ConditionTree> {
  const tree = scope.named.use({ kind: what, name, imported: scope.imported }, at);
  if (tree === invalid) return invalid;
  const stray = strayRead(scope.named.readsOf(tree), scope.allowed);
  if (!stray) return namedAs(name, tree, { what, at });
  at.error(
    'NBR_FACT_NOT_HERE',
    `${at.label}: the ${what} \`${name}\` reads ${readInWords(stray)}, expected only ${scope.allowed.words}.`,
  );
  return invalid;
}

/** The first fact that is not there at a place. */
export function strayRead(reads: Iterable<FactRead>, allowed: FactScope): FactRead | undefined {
  for (const read of reads) if (!allowed.kinds.has(read.kind)) return read;
  return undefined;
}

export function readInWords({ name, kind }: FactRead): string {
  return kind === 'before' ? `what \`${name}\` was before the event` : `\`${name}\``;
}
