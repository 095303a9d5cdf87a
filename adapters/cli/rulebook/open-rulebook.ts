import { stat } from 'node:fs/promises';
import { CodedError } from '../../../engine/index.ts';
import { type LoadedRulebook, loadRulebook } from '../../rule-files/load-rulebook.ts';
import { readConfig } from '../../system/config.ts';
import { openLibraries } from '../../wiring/libraries.ts';

/** The folder that a command was told, or the one of the settings. */
export function rulesFolder(named: string | undefined): string {
  return named ?? readConfig(process.env).rules;
}

/** Reads a folder of rule files; one that is not there is a slip of whoever typed the command, not of who wrote the rules. */
export async function openRulebook(
  folder: string,
  options: { readonly now?: number } = {},
): Promise<LoadedRulebook> {
  const isFolder = await stat(folder).then(
    (found) => found.isDirectory(),
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return false;
      // Whatever else is wrong with it, the reader of rule files finds the words for.
      return true;
    },
  );
  if (isFolder) return loadRulebook({ folder, libraries: openLibraries(), ...options });
  throw new CodedError(
    'NB_CONFIG',
    `expected a folder with rule files, found no folder at ${folder}; name one, or set NEXTBEST_RULES`,
  );
}
