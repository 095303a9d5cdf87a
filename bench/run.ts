import { existsSync } from 'node:fs';

/** `npm run bench -- <name>`: runs one benchmark; its last line is one JSON object. */
const [name = ''] = process.argv.slice(2);
const file = new URL(`./${name}.ts`, import.meta.url);

if (!/^[a-z-]+$/.test(name) || name === 'run' || !existsSync(file)) {
  process.stderr.write('Usage: npm run bench -- decide\n');
  process.exitCode = 2;
} else {
  await import(file.href);
}
