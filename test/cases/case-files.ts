import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type CaseFile, specVersion } from './case-format.ts';

export const casesFolder = import.meta.dirname;

/** All files of cases, by name. */
export function readCaseFiles(): ReadonlyMap<string, CaseFile> {
  const names = readdirSync(casesFolder).filter((name) => name.endsWith('.json'));
  return new Map(names.sort().map((name) => [name, readCaseFile(name)]));
}

function readCaseFile(name: string): CaseFile {
  const file = JSON.parse(readFileSync(join(casesFolder, name), 'utf8')) as CaseFile;
  if (file.spec !== specVersion) throw new Error(`${name} is of version ${file.spec}, not ${specVersion}`);
  return file;
}
