import type { Rulebook } from '../../../engine/index.ts';
import { compileTexts } from '../../rule-files/load-rulebook.ts';
import { ParsedTexts } from '../../rule-files/parsed-texts.ts';
import { openLibraries } from '../../wiring/libraries.ts';
import type { Storage } from '../../wiring/open-storage.ts';

/** Books compiled at a time: what follows each other in a log mostly names one of the last few. */
const compiledMax = 4;

/** The published rulebooks by version; undefined for one that is not kept any more, or not valid in this program. */
export function keptBooks({
  rulebooks,
}: Pick<Storage, 'rulebooks'>): (version: string) => Promise<Rulebook | undefined> {
  const libraries = openLibraries();
  const parsedTexts = new ParsedTexts();
  /** The latest used last. */
  const books = new Map<string, Rulebook | undefined>();
  const load = async (version: string) => {
    const files = await rulebooks.texts(version);
    return files && compileTexts({ version, files, libraries, parsedTexts }).rulebook;
  };
  return async (version) => {
    const book = books.has(version) ? books.get(version) : await load(version);
    books.delete(version);
    books.set(version, book);
    for (const oldest of books.keys()) {
      if (books.size <= compiledMax) break;
      books.delete(oldest);
    }
    return book;
  };
}
