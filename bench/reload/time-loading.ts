import type { loadRulebook } from '../../adapters/rule-files/load-rulebook.ts';
import type { openLibraries } from '../../adapters/wiring/libraries.ts';
import type { EditedFolder } from './edited-folder.ts';

interface Loader {
  readonly loadRulebook: typeof loadRulebook;
}
interface Opener {
  readonly openLibraries: typeof openLibraries;
}

const built = new URL('../../dist/adapters/', import.meta.url);

/**
 * Milliseconds to read, parse and compile the folder once more after each save, in this process, by the program as it was
 * built. The compilers have their turn first.
 */
export async function timeLoading(folder: EditedFolder, count: number): Promise<readonly number[]> {
  const { loadRulebook } = (await import(new URL('rule-files/load-rulebook.js', built).href)) as Loader;
  const { openLibraries } = (await import(new URL('wiring/libraries.js', built).href)) as Opener;
  const libraries = openLibraries();
  let { folder: previous } = await loadRulebook({ folder: folder.rules, libraries });
  const times: number[] = [];
  for (let number = 0; number < 2 * count; number += 1) {
    folder.save();
    const began = performance.now();
    const loaded = await loadRulebook({ folder: folder.rules, libraries, previous });
    if (number >= count) times.push(performance.now() - began);
    previous = loaded.folder;
  }
  return times;
}
