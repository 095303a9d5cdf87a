import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { DataFault } from './data-fault.ts';

/** Sub-folders of a data folder that are looked into as well. */
const folders = ['', 'dev', 'uci'];

/** The text of a file of the folder, packed or not; an error that says what was looked for when it is not there. */
export function readText(folder: string, name: string): string {
  for (const sub of folders) {
    for (const suffix of ['', '.gz']) {
      const path = join(folder, sub, `${name}${suffix}`);
      if (existsSync(path)) return unpacked(path);
    }
  }
  throw new DataFault(`no file ${name} or ${name}.gz in ${folder} or its folders dev and uci`);
}

/** Names of all files with an extension, without it, sorted. */
export function namesWith(folder: string, extension: string): readonly string[] {
  const found = new Set<string>();
  for (const sub of folders) {
    const path = join(folder, sub);
    if (!existsSync(path)) continue;
    for (const entry of readdirSync(path)) {
      const name = basename(entry, '.gz');
      if (name.endsWith(`.${extension}`)) found.add(name.slice(0, -extension.length - 1));
    }
  }
  return [...found].sort();
}

function unpacked(path: string): string {
  const bytes = readFileSync(path);
  return (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
}
