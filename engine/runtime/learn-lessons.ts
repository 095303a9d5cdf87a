import { isScore, probabilityOf } from '../learning/score.ts';
import { limits } from '../limits.ts';
import type { Partition } from '../model/ids.ts';
import type { Lesson, ServedContext } from '../model/propensity-model.ts';
import type { Timing } from '../ports.ts';
import { raced, withSample } from './code-life.ts';
import { endOf, type FoundPage, findPage } from './journal-reader.ts';
import { modelKey } from './learned-models.ts';
import { type LearnerContext, type LearnerMind, partitionsOf } from './learner-mind.ts';
import type { LearnedCode, ModelFigures } from './learner-record.ts';

/** What a round of learning came to. */
export interface LearnedRound {
  readonly lessons: number;
  /** Lessons that were gone before they were learned. */
  readonly lost: number;
  /** When the oldest of them came in, epoch ms. */
  readonly oldestAt: number | undefined;
}

/** Journals that are read at once. */
const sideBySide = 64;

/** Learns what the journals hold, up to a bound. `next`: how many lessons each partition came to, as far as is known. */
export async function learnLessons(
  mind: LearnerMind,
  context: LearnerContext,
  { next, signal }: { readonly next: readonly number[]; readonly signal: AbortSignal },
): Promise<LearnedRound> {
  const { store, timing } = context.ports;
  let open = partitionsOf(context);
  let lessons = 0;
  let lost = 0;
  let oldestAt: number | undefined;
  const rest = restAfterSome(timing);
  while (open.length > 0 && lessons < limits.lessonsPerRoundMax && !signal.aborted) {
    const more: Partition[] = [];
    for (let from = 0; from < open.length; from += sideBySide) {
      const slice = open.slice(from, from + sideBySide);
      const pages = await Promise.all(
        slice.map((partition) =>
          findPage(store, partition, { lesson: mind.learned[partition] ?? 0, next: next[partition] ?? 0 }),
        ),
      );
      for (const [index, page] of pages.entries()) {
        if (!page) continue;
        const partition = slice[index] as Partition;
        more.push(partition);
        lost += Math.max(0, page.first - (mind.learned[partition] ?? 0));
        lessons += await learnPage(mind, partition, { page, rest });
        oldestAt = Math.min(oldestAt ?? page.at, page.at);
      }
    }
    open = more;
  }
  return { lessons, lost, oldestAt };
}

/** To be called with every lesson: everything else has its turn after so many. */
function restAfterSome(timing: Timing): () => Promise<void> | undefined {
  let lessons = 0;
  return () => {
    lessons += 1;
    return lessons % limits.lessonsAtOnceMax === 0 ? timing.sleep(0) : undefined;
  };
}

async function learnPage(
  mind: LearnerMind,
  partition: Partition,
  { page, rest }: { readonly page: FoundPage; readonly rest: () => Promise<void> | undefined },
): Promise<number> {
  const from = Math.max(0, (mind.learned[partition] ?? 0) - page.first);
  const lessons = page.lessons.slice(from);
  await bringModels(mind, lessons);
  for (const [index, lesson] of lessons.entries()) {
    learn(mind, lesson, { partition, number: page.first + from + index });
    const resting = rest();
    if (resting) await resting;
  }
  mind.learned[partition] = endOf(page);
  return lessons.length;
}

/** Its place: the n-th lesson of the partition. */
interface LessonPlace {
  readonly partition: Partition;
  readonly number: number;
}

async function bringModels(
  { models, record, figures }: LearnerMind,
  lessons: readonly Lesson[],
): Promise<void> {
  const wanted = new Map<string, { code: LearnedCode; name: string }>();
  let room = record.codes.length * limits.learnedModelsMax - figures.size;
  for (const lesson of lessons) {
    if (lesson.kind === 'context') continue;
    for (const { code: number } of lesson.served) {
      const code = record.codes.find(({ code: each }) => each.number === number);
      if (!code) continue;
      const key = modelKey(number, lesson.model);
      if (wanted.has(key)) continue;
      if (!figures.has(key)) room -= 1;
      if (figures.has(key) || room >= 0) wanted.set(key, { code, name: lesson.model });
    }
  }
  await models.bring([...wanted.values()]);
}

function learn(mind: LearnerMind, lesson: Lesson, place: LessonPlace): void {
  const { record } = mind;
  if (lesson.kind === 'context') {
    const collecting = withSample(record.collecting, lesson);
    if (collecting) mind.record = { ...record, collecting };
    return;
  }
  const race = raced(record.race, record.codes, lesson);
  if (race !== record.race) mind.record = { ...record, race };
  for (const served of lesson.served) learnServed(mind, lesson, { served, place });
}

function learnServed(
  mind: LearnerMind,
  { kind, model: name }: Exclude<Lesson, { kind: 'context' }>,
  { served, place }: { readonly served: ServedContext; readonly place: LessonPlace },
): void {
  const key = modelKey(served.code, name);
  const learned = mind.models.get(key);
  if (!learned || !mind.record.codes.some(({ code }) => code.number === served.code)) return;
  // What is of no use to anybody must not stop all others: an id beyond the code, or a score, is a fault somewhere else.
  if (served.ids.some((id) => id >= learned.code.dimension)) return;
  if (!isScore(served.score, learned.model.options.link)) return;
  const { model, contest } = learned;
  const p = probabilityOf(served.score, model.options.link);
  mind.figures.set(key, figuresAfter(mind.figures.get(key), kind, p));
  if (place.number < (learned.learned[place.partition] ?? 0)) {
    // It was stored with this lesson, and the record behind it was not. The record that is stored next says that the lesson
    // is learned, so it has to name the version of the model that has it: a store may forget that one, too.
    mind.models.dirty.add(key);
    return;
  }
  model[kind](served.ids, served.score);
  contest[kind](served.ids, p);
  mind.models.dirty.add(key);
  mind.unsolved.add(key);
}

const noFigures: ModelFigures = {
  trials: 0,
  positives: 0,
  shares: [],
  foretold: 0,
};

/** The figures belong to the record, and are learned with it. */
function figuresAfter(
  before: ModelFigures = noFigures,
  kind: 'shown' | 'converted',
  p: number,
): ModelFigures {
  if (kind === 'converted') return { ...before, positives: before.positives + 1 };
  return { ...before, trials: before.trials + 1, foretold: before.foretold + p };
}
