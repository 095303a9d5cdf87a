import { noActionModel } from '../learning/uplift.ts';
import { limits } from '../limits.ts';
import type { Rulebook } from '../model/rulebook.ts';
import type { DocumentWrite } from '../ports.ts';
import { learnerPartition, modelKey } from './learned-models.ts';
import type { LearnerContext, LearnerMind } from './learner-mind.ts';
import { learnerKey } from './learner-record.ts';

/**
 * Models of treatments that the book does not know any more go when there are as many as there may be. Whoever is on the way
 * out goes first, so that nothing is on the list twice.
 */
export function makeRoom(mind: LearnerMind, { actions }: Rulebook): void {
  const { codes, dropping } = mind.record;
  if (mind.figures.size < limits.learnedModelsMax || dropping.length > 0) return;
  const further = codes.flatMap(({ code }) => {
    const prefix = modelKey(code.number, '');
    const models = [...mind.figures.keys()].flatMap((key) => {
      const name = key.startsWith(prefix) ? key.slice(prefix.length) : undefined;
      return name !== undefined && !isOffered(name, actions) ? [name] : [];
    });
    return models.length > 0 ? [{ code: code.number, models }] : [];
  });
  if (further.length === 0) return;
  mind.record = { ...mind.record, dropping: further };
  mind.hasChanged = true;
}

/** Whether the book may show it, or it is what comes of showing nothing. */
export function isOffered(name: string, actions: Rulebook['actions']): boolean {
  if (name === noActionModel) return true;
  const slash = name.indexOf('/');
  const action = actions.get(name.slice(0, slash));
  return action?.treatments.some((treatment) => treatment.name === name.slice(slash + 1)) ?? false;
}

/**
 * Takes models out of the store, some at a time. To be called when the record that says so is stored: else a crash would
 * leave codes without what they learned. What is offered again by now stays. False: somebody else is the learner.
 */
export async function dropModels(
  mind: LearnerMind,
  { ports: { store } }: Pick<LearnerContext, 'ports'>,
  { actions }: Rulebook,
): Promise<boolean> {
  const [first, ...rest] = mind.record.dropping;
  if (!first) return true;
  const isCodeInUse = mind.record.codes.some(({ code }) => code.number === first.code);
  const names = first.models.slice(0, limits.rowsPerLoadMax);
  const gone = names.filter((name) => !isCodeInUse || !isOffered(name, actions));
  const keys = gone.map((name) => modelKey(first.code, name));
  const found = await store.load(learnerPartition, keys);
  const documents = found.flatMap((document, index): readonly DocumentWrite[] => {
    const key = keys[index] as string;
    return document ? [{ key, expected: document.nonce, nonce: document.nonce, value: undefined }] : [];
  });
  if (documents.length > 0) {
    const { nonce, stored: value } = mind;
    const asItWas = { key: learnerKey, expected: nonce, nonce, value };
    const nothing = { timers: [], outbox: [], records: [], counters: [] };
    const all = [...documents, asItWas];
    const result = await store.commit({ partition: learnerPartition, documents: all, ...nothing });
    if (result.kind !== 'committed') return false;
  }
  for (const key of keys) {
    mind.models.forget(key);
    mind.figures.delete(key);
    mind.unsolved.delete(key);
  }
  const left = first.models.slice(names.length);
  const dropping = left.length > 0 ? [{ ...first, models: left }, ...rest] : rest;
  mind.record = { ...mind.record, dropping };
  mind.hasChanged = true;
  return true;
}
