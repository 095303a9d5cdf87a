import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';

/**
 * The import arrows and the purity of the engine, read from the sources:
 * A1. engine/ imports only engine/.
 * A2. engine/ uses no clock, no randomness, no process, no console, no timers, no network.
 * A3. Everything in engine/ but engine/runtime/ is synchronous.
 * A4. An adapter imports the engine by its door or its ports, packages, node: and its own folder; main.ts, wiring/ and the
 *     command line alone wire several adapters.
 * A5. rules/ holds data only.
 * A6. engine/ takes exponentials, logarithms and powers from engine/statistics/: those of JavaScript engines differ.
 */
const root = resolve(import.meta.dirname, '..');

const impure =
  /\b(?:Date|Math\.random|process|console|setTimeout|setInterval|setImmediate|queueMicrotask|fetch|performance|crypto|globalThis|eval|require)\b\s*[.(]|new (?:Date|Function)\b|\bimport\s*\(/;
const inexact = /\bMath\.(?:exp|expm1|log|log1p|pow)\b/;
const asynchronous = /\basync\b|\bawait\b|\bPromise\b|\.then\(/;

interface Source {
  readonly path: string;
  readonly code: string;
  readonly imports: readonly string[];
}

function listSources(folder: string): readonly Source[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.[cm]?[jt]sx?$/.test(entry.name))
    .map((entry) => readSource(join(entry.parentPath, entry.name)));
}

function readSource(path: string): Source {
  const text = readFileSync(path, 'utf8');
  const imports = [...text.matchAll(/^(?:import|export)\b(?:[^'";]*?\bfrom)?\s*['"]([^'"]+)['"]/gms)].map(
    ([, name]) => String(name),
  );
  return { path, code: withoutCommentsAndStrings(text), imports };
}

/** Words in comments and in strings break no rule. Template texts are kept: they hold code. */
function withoutCommentsAndStrings(text: string): string {
  return text
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"/g, "''")
    .replace(/(^|[^:])\/\/.*$/gm, '$1');
}

function findBreaches(project: string): readonly string[] {
  const engine = listSources(join(project, 'engine'));
  const adapters = listSources(join(project, 'adapters')).filter(
    ({ path }) => !path.includes(`${sep}page${sep}`),
  );
  const rules = listSources(join(project, 'rules'));
  return [
    ...engine.flatMap((source) => engineBreaches(project, source)),
    ...adapters.flatMap((source) => adapterBreaches(project, source)),
    ...rules.map(({ path }) => `A5 ${relative(project, path)}: rules/ holds data only`),
  ];
}

function engineBreaches(project: string, source: Source): readonly string[] {
  const name = relative(project, source.path);
  const breaches: string[] = [];
  for (const target of source.imports) {
    if (
      !target.startsWith('.') ||
      !inFolder(join(project, 'engine'), resolve(dirname(source.path), target))
    ) {
      breaches.push(`A1 ${name}: imports ${target}`);
    }
  }
  const foul = impure.exec(source.code);
  if (foul) breaches.push(`A2 ${name}: uses ${foul[0]}`);
  const rough = inexact.exec(source.code);
  if (rough) breaches.push(`A6 ${name}: uses ${rough[0]}`);
  const isRuntime = name.startsWith(join('engine', 'runtime')) || name === join('engine', 'ports.ts');
  const awaits = isRuntime ? null : asynchronous.exec(source.code);
  if (awaits) breaches.push(`A3 ${name}: uses ${awaits[0]}`);
  return breaches;
}

function adapterBreaches(project: string, source: Source): readonly string[] {
  const folder = join(project, 'adapters');
  const name = relative(project, source.path);
  const [adapter = ''] = relative(folder, source.path).split(sep);
  const wires = adapter === 'main.ts' || adapter === 'wiring' || adapter === 'cli';
  return source.imports.flatMap((target) => {
    if (!target.startsWith('.')) return [];
    const path = resolve(dirname(source.path), target);
    if (inFolder(folder, path)) {
      return wires || relative(folder, path).split(sep)[0] === adapter
        ? []
        : [`A4 ${name}: imports ${target}`];
    }
    const isDoor =
      path === join(project, 'engine', 'index.ts') || path === join(project, 'engine', 'ports.ts');
    return isDoor ? [] : [`A4 ${name}: imports ${target}`];
  });
}

function inFolder(folder: string, path: string): boolean {
  return path.startsWith(folder + sep);
}

describe('the architecture', () => {
  const planted: string[] = [];
  afterEach(() => {
    for (const folder of planted.splice(0)) rmSync(folder, { recursive: true });
  });

  it('holds in the sources of the project', () => {
    expect(findBreaches(root)).toEqual([]);
  });

  it.each([
    ['A1', 'engine/decide/bad.ts', "import { readFileSync } from 'node:fs';\nexport const x = readFileSync;"],
    ['A1', 'engine/decide/bad.ts', "import pino from 'pino';\nexport const x = pino;"],
    ['A1', 'engine/decide/bad.ts', "export * from '../../adapters/main.ts';"],
    ['A2', 'engine/decide/bad.ts', 'export const now = () => Date.now();'],
    ['A2', 'engine/decide/bad.ts', 'export const chance = () => Math.random();'],
    ['A2', 'engine/runtime/bad.ts', 'export const wait = () => setTimeout(() => 1, 5);'],
    ['A2', 'engine/rules/bad.ts', "export const make = new Function('return 1');"],
    ['A3', 'engine/decide/bad.ts', 'export async function decide() { return 1; }'],
    ['A4', 'adapters/http/bad.ts', "import { x } from '../redis/keys.ts';\nexport const y = x;"],
    [
      'A4',
      'adapters/http/bad.ts',
      "import { decide } from '../../engine/decide/decide.ts';\nexport const y = decide;",
    ],
    ['A5', 'rules/bad.ts', 'export const x = 1;'],
    ['A6', 'engine/decide/bad.ts', 'export const odds = (x: number) => Math.exp(x);'],
  ])('notices a breach of %s planted in %s', (rule, path, text) => {
    const project = mkdtempSync(join(tmpdir(), 'nextbest-architecture-'));
    planted.push(project);
    for (const folder of ['engine', 'adapters', 'rules', dirname(path)]) {
      mkdirSync(join(project, folder), { recursive: true });
    }
    writeFileSync(join(project, path), text);
    const breaches = findBreaches(project);
    expect(breaches).toHaveLength(1);
    expect(breaches[0]).toContain(rule);
    expect(breaches[0]).toContain('bad.ts');
  });
});
