import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The folder of the installed package, from the sources and from the build alike. */
export function packageRoot(): string {
  let folder = import.meta.dirname;
  while (!existsSync(join(folder, 'package.json'))) {
    const parent = dirname(folder);
    if (parent === folder) throw new Error('the package was installed without its package.json');
    folder = parent;
  }
  return folder;
}
