import { Random } from '../../measure/random.ts';
import { shuffled } from '../data/shuffle.ts';
import type { CodedDecision } from './logged-trial.ts';

export interface Fold {
  readonly training: readonly CodedDecision[];
  readonly held: readonly CodedDecision[];
}

/** Decisions in random order, parted by person: nobody is judged by a model that learned of the same person. */
export function foldsOf(decisions: readonly CodedDecision[], folds: number, seed: number): readonly Fold[] {
  const random = new Random(seed);
  const order = shuffled(decisions, random);
  const people = [...new Set(decisions.map(({ person }) => person))];
  const foldOf = new Map(shuffled(people, random).map((person, index) => [person, index % folds]));
  return Array.from({ length: folds }, (_, fold) => ({
    training: order.filter(({ person }) => foldOf.get(person) !== fold),
    held: order.filter(({ person }) => foldOf.get(person) === fold),
  }));
}
