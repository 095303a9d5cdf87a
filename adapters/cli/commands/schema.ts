import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { CodedError, rulebookSchema } from '../../../engine/index.ts';
import type { Command } from '../command.ts';

const fileName = 'rulebook.schema.json';

export const schema: Command = {
  name: 'schema',
  summary: 'prints the JSON Schema of rule files, with which editors complete and check them',
  usage: `nextbest schema [--write FOLDER]

Prints the JSON Schema of one rule document. With --write it goes to FOLDER/${fileName}, which is no rule file itself.
Editors with YAML support use it in every document that begins with the line

    # yaml-language-server: $schema=${fileName}

with the path from that file to the schema; after each --- the line stands again.`,
  run: async (args) => {
    const { values } = parseArgs({ args: [...args], options: { write: { type: 'string' } } });
    if (values.write === undefined) {
      process.stdout.write(schemaText());
      return 0;
    }
    const path = join(values.write, fileName);
    await writeFile(path, schemaText()).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT' && error.code !== 'ENOTDIR') throw error;
      throw new CodedError('NB_CONFIG', `--write: expected a folder, found none at ${values.write}`);
    });
    process.stdout.write(`Wrote ${path}.\n`);
    return 0;
  },
};

export function schemaText(): string {
  return `${JSON.stringify(rulebookSchema(), undefined, 2)}\n`;
}
