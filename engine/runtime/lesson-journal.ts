import { assert } from '../assert.ts';
import { DocumentReader } from '../codec/document-reader.ts';
import { DocumentWriter } from '../codec/document-writer.ts';
import { limits } from '../limits.ts';
import type { Json } from '../model/json.ts';
import type { Lesson, ServedContext } from '../model/propensity-model.ts';

/**
 * The journal of a partition: its lessons, in the order of its log, until they are learned. A document holds the lessons of
 * one batch, or a part of them, and its key tells the number of the first. Nothing in it is of anybody: a lesson holds
 * feature ids and scores, or values of predictors that are not personal, and never an id of a customer or of a decision.
 * So there is nothing to be looked for when a customer is erased.
 */
export interface JournalPage {
  /** Number of its first lesson in the partition, from 0 on. */
  readonly first: number;
  /** When the newest message of its batch came in; epoch ms. */
  readonly at: number;
  readonly lessons: readonly Lesson[];
}

export interface EncodedPage {
  readonly first: number;
  readonly value: Uint8Array;
}

export function journalKey(first: number): string {
  return `p:lessons:${first}`;
}

/** The lessons of one batch as documents, none of them too large. */
export function encodeJournal({ first, at, lessons }: JournalPage): readonly EncodedPage[] {
  const pages: EncodedPage[] = [];
  for (let from = 0; from < lessons.length; from += limits.lessonsPerDocumentMax) {
    const part = lessons.slice(from, from + limits.lessonsPerDocumentMax);
    pages.push(...pagesOf({ first: first + from, at, lessons: part }));
  }
  return pages;
}

/** Halves until it fits; one lesson fits, as what it may hold is bounded elsewhere. */
function pagesOf(page: JournalPage): readonly EncodedPage[] {
  const value = encodePage(page);
  const { first, at, lessons } = page;
  if (value.length <= limits.lessonDocumentBytesMax || lessons.length === 1) return [{ first, value }];
  const half = Math.ceil(lessons.length / 2);
  return [
    ...pagesOf({ first, at, lessons: lessons.slice(0, half) }),
    ...pagesOf({ first: first + half, at, lessons: lessons.slice(half) }),
  ];
}

const form = 1;
const kinds = ['context', 'shown', 'converted'] as const;
/** Ids of neighbouring predictors lie about this many bits apart. */
const idWidth = 3;

function encodePage({ at, lessons }: JournalPage): Uint8Array {
  const writer = new DocumentWriter();
  writer.time(at);
  writer.uint(lessons.length);
  for (const lesson of lessons) {
    writer.bits(kinds.indexOf(lesson.kind), 2);
    if (lesson.kind === 'context') {
      writer.json(lesson.names);
      writer.json(lesson.values);
      continue;
    }
    writer.text(lesson.model);
    writer.uint(lesson.served.length);
    for (const served of lesson.served) writeServed(writer, served);
  }
  return writer.finish(form);
}

function writeServed(writer: DocumentWriter, { code, ids, score }: ServedContext): void {
  writer.uint(code);
  writer.difference(score);
  writer.uint(ids.length);
  let before = 0;
  for (const id of ids) {
    assert(id > before, 'feature ids ascend');
    writer.spread(id - before - 1, idWidth);
    before = id;
  }
}

export function decodePage(first: number, value: Uint8Array): JournalPage {
  assert(value[0] === form, `journal of an unknown form: ${value[0]}`);
  const reader = new DocumentReader(value);
  const at = reader.time();
  const lessons: Lesson[] = [];
  for (let left = reader.count(); left > 0; left -= 1) lessons.push(readLesson(reader));
  reader.end();
  return { first, at, lessons };
}

function readLesson(reader: DocumentReader): Lesson {
  const kind = kinds[reader.bits(2)];
  assert(kind !== undefined, 'a lesson of an unknown kind');
  if (kind === 'context') {
    return { kind, names: reader.json() as readonly string[], values: reader.json() as readonly Json[] };
  }
  const model = reader.text();
  const served: ServedContext[] = [];
  for (let left = reader.count(); left > 0; left -= 1) served.push(readServed(reader));
  return { kind, model, served };
}

function readServed(reader: DocumentReader): ServedContext {
  const code = reader.uint();
  const score = reader.difference();
  const ids: number[] = [];
  let before = 0;
  for (let left = reader.count(); left > 0; left -= 1) {
    before += reader.spread(idWidth) + 1;
    ids.push(before);
  }
  return { code, ids, score };
}
