import { CodedError, type InputFault } from '../errors.ts';
import type { Rulebook } from '../model/rulebook.ts';
import { nearestName } from '../rules/nearest-name.ts';
import type { PreviewChanges } from './application.ts';

/** NB_INVALID_INPUT for a change of something that the rulebook does not know: it would be silently void. */
export function checkPreview(rulebook: Rulebook, { facts, consent, arms }: PreviewChanges): void {
  const faults = [
    ...strayNames('/overrides', facts, {
      known: factNames(rulebook),
      what: 'a fact that the rulebook reads',
    }),
    ...strayNames('/consent', consent, { known: purposes(rulebook), what: 'a purpose that an action needs' }),
    ...strayArms(rulebook, arms ?? {}),
  ];
  if (faults.length === 0) return;
  throw new CodedError('NB_INVALID_INPUT', faults.map(({ detail }) => detail).join(' '), { faults });
}

function strayNames(
  pointer: string,
  changes: Readonly<Record<string, unknown>> = {},
  { known, what }: { readonly known: ReadonlySet<string>; readonly what: string },
): readonly InputFault[] {
  return Object.keys(changes)
    .filter((name) => !known.has(name))
    .map((name) => ({ pointer: `${pointer}/${escaped(name)}`, detail: notFound(name, what, known) }));
}

function strayArms({ experiments }: Rulebook, arms: Readonly<Record<string, string>>): readonly InputFault[] {
  const known = new Map(
    experiments.map(({ name, shares }) => [name, new Set(shares.map(({ arm }) => arm))] as const),
  );
  return Object.entries(arms).flatMap(([name, arm]) => {
    const own = known.get(name);
    const pointer = `/arms/${escaped(name)}`;
    if (!own) return [{ pointer, detail: notFound(name, 'an experiment', new Set(known.keys())) }];
    return own.has(arm) ? [] : [{ pointer, detail: notFound(arm, `an arm of "${name}"`, own) }];
  });
}

function notFound(name: string, what: string, known: ReadonlySet<string>): string {
  const near = nearestName(name, [...known]);
  const hint = near === undefined ? '' : ` Did you mean "${near}"?`;
  return `expected ${what}, found "${name}".${hint}`;
}

function escaped(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1');
}

/** Those of the book and of its challengers, whichever of them decides. */
function factNames(rulebook: Rulebook): ReadonlySet<string> {
  const books = [rulebook, ...rulebook.challengers.values()];
  return new Set(
    books.flatMap(({ facts, features }) => [...facts.map(({ name }) => name), ...features.keys()]),
  );
}

function purposes({ actions, channels, challengers }: Rulebook): ReadonlySet<string> {
  const all = [
    ...actions.values(),
    ...[...challengers.values()].flatMap((book) => [...book.actions.values()]),
  ];
  const plain = all.flatMap(({ purpose }) => purpose ?? []);
  return new Set(
    plain.flatMap((purpose) => [purpose, ...[...channels.keys()].map((name) => `${purpose}/${name}`)]),
  );
}
