import { existsSync, readdirSync } from 'node:fs';

/** `npm run bench -- <name> [options]`: runs one benchmark; its last line is one JSON object. */
const [name = ''] = process.argv.splice(2, 1);
const file = new URL(`./${name}.ts`, import.meta.url);

if (!/^[a-z-]+$/.test(name) || name === 'run' || !existsSync(file)) {
  const names = readdirSync(new URL('.', import.meta.url))
    .filter((entry) => entry.endsWith('.ts') && entry !== 'run.ts')
    .map((entry) => entry.slice(0, -'.ts'.length));
  process.stderr.write(`Usage: npm run bench -- ${names.join(' | ')} [options]\n`);
  process.exitCode = 2;
} else {
  // What is left of the arguments is the benchmark's own.
  await import(file.href);
}
