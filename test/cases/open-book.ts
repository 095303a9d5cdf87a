import { parseRuleFile } from '../../adapters/rule-files/parse-rule-file.ts';
import { compileRulebook, type Rulebook } from '../../engine/index.ts';
import type { Libraries } from '../../engine/ports.ts';
import type { CaseBook, CaseFile } from './case-format.ts';

/** Compiles the books that a case names, put together; throws with the diagnostics where that is no rulebook. */
export function openBook(
  { books }: Pick<CaseFile, 'books'>,
  named: string | readonly string[],
  libraries: Libraries,
): Rulebook {
  const texts = [named].flat().flatMap((name) => filesOf(name, books[name]));
  const parsed = texts.map(([path, text]) => parseRuleFile(path, text));
  const files = parsed.map(({ file }) => file);
  const { rulebook, diagnostics } = compileRulebook({ files, version: 'cases', libraries });
  const errors = [...parsed.flatMap((file) => file.diagnostics), ...diagnostics].filter(
    ({ severity }) => severity === 'error',
  );
  if (!rulebook || errors.length > 0) {
    const told = errors.map(({ file, line, column, message }) => `${file}:${line}:${column} ${message}`);
    throw new Error(`the book ${[named].flat().join(' + ')} is not valid:\n${told.join('\n')}`);
  }
  return rulebook;
}

function filesOf(name: string, book: CaseBook | undefined): readonly (readonly [string, string])[] {
  if (book === undefined) throw new Error(`there is no book ${name}`);
  if (isLines(book)) return [[`${name}.yaml`, book.join('\n')]];
  return Object.entries(book).map(([path, content]) => [
    path,
    isLines(content) ? content.join('\n') : JSON.stringify(content),
  ]);
}

function isLines(value: unknown): value is readonly string[] {
  return Array.isArray(value);
}
