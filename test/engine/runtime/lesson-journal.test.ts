import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { limits, type Partition } from '../../../engine/index.ts';
import type { Lesson } from '../../../engine/model/propensity-model.ts';
import type { StateStore } from '../../../engine/ports.ts';
import { endOf, findPage } from '../../../engine/runtime/journal-reader.ts';
import { decodePage, encodeJournal } from '../../../engine/runtime/lesson-journal.ts';
import { bookOf, shopYaml } from '../support/book.ts';
import { LearnerWorld } from '../support/learner-world.ts';

const served = fc.record({
  code: fc.integer({ min: 1, max: 40 }),
  ids: fc
    .uniqueArray(fc.integer({ min: 1, max: 400 }), { maxLength: 24 })
    .map((ids) => ids.sort((a, b) => a - b)),
  score: fc.integer({ min: -5_000, max: 5_000 }),
});
const outcome = fc.record({
  kind: fc.constantFrom('shown' as const, 'converted' as const),
  model: fc.string({ maxLength: 20 }),
  served: fc.array(served, { maxLength: 2 }),
});
const context = fc.record({
  kind: fc.constant('context' as const),
  names: fc.array(fc.string({ maxLength: 9 }), { maxLength: 4 }),
  values: fc.array(fc.oneof(fc.string({ maxLength: 9 }), fc.integer(), fc.boolean(), fc.constant(null)), {
    maxLength: 4,
  }),
});
const lessons: fc.Arbitrary<readonly Lesson[]> = fc.array(fc.oneof(outcome, context), {
  minLength: 1,
  maxLength: 600,
});

describe('the journal of a partition', () => {
  it('holds the lessons as they were, page behind page, none of them longer than the bound', () => {
    fc.assert(
      fc.property(lessons, fc.nat(1_000), (all, first) => {
        const pages = encodeJournal({ first, at: 1_700_000_000_000, lessons: all }).map((page) =>
          decodePage(page.first, page.value),
        );
        expect(pages.flatMap((page) => page.lessons)).toEqual(all);
        let next = first;
        for (const page of pages) {
          expect(page.first).toBe(next);
          expect(page.lessons.length).toBeLessThanOrEqual(limits.lessonsPerDocumentMax);
          next = endOf(page);
        }
      }),
      { numRuns: 50 },
    );
  });

  it('takes some ten bytes for a lesson with a dozen predictors', () => {
    const shown = (index: number): Lesson => ({
      kind: 'shown',
      model: `action-${index % 5}/web`,
      served: [
        {
          code: 1,
          ids: Array.from({ length: 12 }, (_, place) => 1 + 9 * place + ((index + place) % 9)),
          score: -300 + index,
        },
      ],
    });
    const [page] = encodeJournal({
      first: 0,
      at: 1_700_000_000_000,
      lessons: Array.from({ length: 100 }, (_, index) => shown(index)),
    });
    expect((page?.value.length ?? 0) / 100).toBeLessThan(16);
  });

  it('is parted where its values are large', () => {
    const large = (index: number): Lesson => ({
      kind: 'context',
      names: ['a'],
      values: [`${index}`.padEnd(limits.lessonDocumentBytesMax / 8, 'x')],
    });
    const all = Array.from({ length: 30 }, (_, index) => large(index));
    const pages = encodeJournal({ first: 5, at: 0, lessons: all });
    expect(pages.length).toBeGreaterThan(3);
    expect(pages.flatMap(({ first, value }) => decodePage(first, value).lessons)).toEqual(all);
  });
});

describe('the page of a lesson', () => {
  const partition = 0 as Partition;
  const book = bookOf(shopYaml);
  const many = Array.from(
    { length: 600 },
    (_, index): Lesson => ({ kind: 'shown', model: `m${index}`, served: [] }),
  );

  it('is found wherever the batches were cut, and none where there is none yet', async () => {
    const world = new LearnerWorld(book, [many]);
    for (const count of [1, 30, 250, 7]) await world.fold(partition, count);
    for (let lesson = 0; lesson < 288; lesson += 1) {
      const page = await findPage(world.store, partition, { lesson, next: 288 });
      expect(page?.lessons[lesson - (page?.first ?? 0)]).toEqual(many[lesson]);
    }
    expect(await findPage(world.store, partition, { lesson: 288, next: 288 })).toBeUndefined();
  });

  it('is the next one there is where it is gone', async () => {
    const world = new LearnerWorld(book, [many]);
    for (const count of [250, 250, 50]) await world.fold(partition, count);
    const gap: Pick<StateStore, 'load'> = {
      load: (where, keys) => {
        const left = keys.map((key) => (key === 'p:lessons:500' ? key : 'p:lessons:gone'));
        return world.store.load(where, left);
      },
    };
    const page = await findPage(gap, partition, { lesson: 3, next: 550 });
    expect(page?.first).toBe(500);
  });
});
