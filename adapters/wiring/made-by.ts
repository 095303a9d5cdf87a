import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { MadeBy } from '../../engine/index.ts';
import { packageRoot } from '../system/package-root.ts';

/** Versions of what a decision may come out by: they are written into its receipt. */
export function madeBy(): MadeBy {
  return {
    nextbest: versionIn(packageRoot()),
    liquidjs: versionOf('liquidjs'),
    re2js: versionOf('re2js'),
    timeZones: process.versions.tz ?? 'none',
  };
}

function versionOf(name: string): string {
  const find = createRequire(import.meta.url);
  let folder = dirname(find.resolve(name));
  // What a package is loaded from lies somewhere below it.
  while (!folder.endsWith(join('node_modules', name)) && dirname(folder) !== folder) folder = dirname(folder);
  return versionIn(folder);
}

function versionIn(folder: string): string {
  const file = join(folder, 'package.json');
  if (!existsSync(file)) return 'unknown';
  return String((JSON.parse(readFileSync(file, 'utf8')) as { readonly version?: string }).version);
}
