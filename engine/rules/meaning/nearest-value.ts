import { isSameJson } from '../conditions/same-json.ts';
import type { Misfit } from './fact-knowledge.ts';
import type { NumberSet } from './number-set.ts';
import { hasText } from './text-set.ts';
import { listValues, someValue } from './value-set.ts';

/**
 * A value that fits where a fact's own does not: of the same kind and as near to it as there is one; none in an empty
 * list.
 */
export function nearestValue(misfit: Misfit): readonly [value: unknown] | readonly [] {
  const { domain, fits } = misfit;
  for (const candidate of candidates(misfit)) {
    const exists = !domain.whole || typeof candidate !== 'number' || Number.isInteger(candidate);
    if (exists && fits(candidate)) return [candidate];
  }
  return [];
}

function* candidates({ value, values, domain, tests }: Misfit): Generator<unknown> {
  const written = tests.flatMap(({ right }) => ('literal' in right ? [right.literal] : []));
  if (Array.isArray(value)) yield* listsNear(value, written);
  if (typeof value === 'boolean') yield !value;
  if (typeof value === 'number') yield* numbersNear(value, values.numbers);
  for (const text of values.texts.except) if (hasText(values.texts, text)) yield text;
  yield* numbersNear(typeof value === 'number' ? value : 0, values.numbers);
  for (const literal of written) yield* valuesIn(literal);
  yield* listValues(values, { whole: domain.whole, max: 64 }) ?? [];
  // Where anything else will do, it is better that nothing is there than a word that nobody ever wrote.
  yield* [undefined, true, false];
  yield* someValue(values, domain);
}

/** What is written beside an operator: a value, a list of them, or a place and a distance from it. */
function valuesIn(literal: unknown): readonly unknown[] {
  if (Array.isArray(literal)) return [...literal, literal];
  if (typeof literal === 'object' && literal !== null && 'of' in literal) return [literal.of];
  return [literal, [literal]];
}

/** The list with an entry more, or without one. */
function* listsNear(list: readonly unknown[], written: readonly unknown[]): Generator<unknown> {
  for (const entry of written) {
    yield [...list, entry];
    yield list.filter((other) => !isSameJson(other, entry));
  }
}

/** Numbers beside the points where the answer changes, whole ones among them, the nearest first. */
function numbersNear(value: number, { cuts }: NumberSet): readonly number[] {
  const near = cuts.flatMap((cut, index) => {
    const next = cuts[index + 1];
    const between = next === undefined ? [] : [cut / 2 + next / 2];
    return [cut, Math.floor(cut) + 1, Math.ceil(cut) - 1, ...between];
  });
  return near.sort((one, other) => Math.abs(one - value) - Math.abs(other - value) || one - other);
}
