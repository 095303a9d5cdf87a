import { existsSync } from 'node:fs';
import { cp, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';
import type { TestProject } from 'vitest/node';

/**
 * Binds the built program into a few files before the first acceptance test. Most of the start of a process goes into
 * finding and loading a thousand modules one by one, and those tests start many processes.
 */

declare module 'vitest' {
  interface ProvidedContext {
    /** The built program, bound: it does what `nextbest.js` in dist does, and is loaded sooner. */
    readonly boundProgram: string;
  }
}

const root = resolve(import.meta.dirname, '../..');
const built = join(root, 'dist/adapters');

/** These find files of theirs, or libraries of the machine, beside themselves. */
const notBound = ['lmdb', 'pino', '@fastify/swagger', '@fastify/swagger-ui'];

/** Modules of CommonJS ask for others while they run, and a bound one has nothing to ask with. */
const banner =
  "import { createRequire as askWith } from 'node:module'; const require = askWith(import.meta.url);";

export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const script = join(built, 'cli/nextbest.js');
  if (!existsSync(script)) {
    throw new Error(`${script} is missing: these tests run the built program. Run "npm run build" first.`);
  }
  const folder = await mkdtemp(join(tmpdir(), 'nextbest-bound-'));
  const bound = join(folder, 'dist');
  await build({
    entryPoints: [script],
    outdir: bound,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    external: notBound,
    banner: { js: banner },
    logLevel: 'warning',
  });
  // Beside it lies what the program looks for beside itself: the page of the console, its package and the packages it uses.
  await cp(join(built, 'console/page'), join(bound, 'console/page'), { recursive: true });
  await cp(join(root, 'package.json'), join(folder, 'package.json'));
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'), 'dir');
  project.provide('boundProgram', join(bound, 'nextbest.js'));
  return () => rm(folder, { recursive: true, force: true });
}
