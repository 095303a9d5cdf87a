import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A copy of the sample rulebook that somebody edits. */
export interface EditedFolder {
  readonly rules: string;
  /** A place for the data of a server. */
  readonly data: string;
  /** Saves one of the rule files with other content, at once. */
  save(): void;
  remove(): void;
}

const root = new URL('../..', import.meta.url).pathname;
const edited = 'contact-policies.yaml';

export function copySampleBook(): EditedFolder {
  const place = mkdtempSync(join(tmpdir(), 'nextbest-reload-'));
  const rules = join(place, 'rules');
  cpSync(join(root, 'rules'), rules, { recursive: true });
  const file = join(rules, edited);
  const text = readFileSync(file, 'utf8');
  let saves = 0;
  return {
    rules,
    data: join(place, 'data'),
    save: () => {
      saves += 1;
      // The meaning stays, so that decisions cost the same; the version, the parsing and the compiling are those of any
      // other change.
      writeFileSync(file, `${text}# Save ${saves}\n`);
    },
    remove: () => rmSync(place, { recursive: true, force: true }),
  };
}
