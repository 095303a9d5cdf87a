import type { Rulebook } from '../../../engine/index.ts';
import { compileTexts } from '../../rule-files/load-rulebook.ts';
import { printDiagnostics, wantsColor } from '../../rule-files/print-diagnostics.ts';
import { openLibraries } from '../../wiring/libraries.ts';
import { readRevision } from './git-rulebook.ts';
import { openRulebook, rulesFolder } from './open-rulebook.ts';

/** One of the two rulebooks that are compared. */
export interface Side {
  /** Goes before the paths of its files: `rules`, `git:main:rules`. */
  readonly label: string;
  readonly rulebook: Rulebook;
}

type Opened = Side | { readonly findings: string };

/** Both rulebooks, or what is wrong with the one that is not valid. */
export async function openSides(
  one: string,
  other: string,
): Promise<{ readonly before: Side; readonly after: Side } | { readonly findings: string }> {
  // Without a folder of its own, a revision means that of the other side.
  const folder = [one, other].map(folderIn).find((named) => named !== undefined) ?? rulesFolder(undefined);
  const before = await openSide(one, folder);
  const after = await openSide(other, folder);
  if ('findings' in before || 'findings' in after) {
    return { findings: [before, after].map((side) => ('findings' in side ? side.findings : '')).join('') };
  }
  return { before, after };
}

const revisionForm = /^git:([^:]*)(?::(.+))?$/s;

function folderIn(written: string): string | undefined {
  const match = revisionForm.exec(written);
  return match ? match[2] : written;
}

/** A folder with rule files, or `git:REVISION[:FOLDER]`, where FOLDER is `folder` unless it is said. */
export async function openSide(written: string, folder: string): Promise<Opened> {
  const match = revisionForm.exec(written);
  if (!match) return openFolder(written);
  const [, revision = '', named = folder] = match;
  const { version, files } = await readRevision(revision, named);
  const label = `git:${revision}:${named}`;
  const { rulebook, diagnostics } = compileTexts({ version, files, libraries: openLibraries() });
  if (rulebook) return { label, rulebook };
  const texts = new Map(files.map(({ path, text }) => [path, text]));
  return { findings: findingsOf(label, { diagnostics, texts }) };
}

async function openFolder(folder: string): Promise<Opened> {
  const { rulebook, diagnostics, folder: read } = await openRulebook(folder);
  return rulebook
    ? { label: folder, rulebook }
    : { findings: findingsOf(folder, { diagnostics, texts: read.texts }) };
}

function findingsOf(
  folder: string,
  {
    diagnostics,
    texts,
  }: {
    readonly diagnostics: Parameters<typeof printDiagnostics>[0];
    readonly texts: ReadonlyMap<string, string>;
  },
): string {
  const color = wantsColor(process.stderr, process.env);
  return `${printDiagnostics(diagnostics, { folder, texts, color })}${folder} is not a valid rulebook.\n`;
}
