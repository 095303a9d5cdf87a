import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Form } from './bench-plan.ts';
import { curveSvg } from './curve-svg.ts';
import type { Curve, Figures } from './figures.ts';
import type { Machine } from './machine.ts';

/** What a file of the results holds: what the benchmark found, and when and where it did. */
export interface Result extends Figures {
  /** The day, as 2026-01-31. */
  readonly date: string;
  readonly form: Form;
  readonly seconds: number;
  readonly machine: Machine;
}

/** Replaces what is known of a benchmark, its pictures included. */
export function writeResult(folder: string, result: Result): void {
  const { bench, curves = [] } = result;
  mkdirSync(folder, { recursive: true });
  for (const file of readdirSync(folder)) {
    if (file.startsWith(`${bench}.`) && file.endsWith('.svg')) rmSync(join(folder, file));
  }
  writeFileSync(join(folder, `${bench}.json`), `${JSON.stringify(result, null, 2)}\n`);
  for (const curve of curves) {
    const svg = curveSvg(curve);
    if (svg !== undefined) writeFileSync(join(folder, pictureOf(bench, curve)), svg);
  }
}

/** The file of a curve's picture. */
export function pictureOf(bench: string, { name }: Curve): string {
  const words = name.toLowerCase().match(/[a-z0-9]+/g) ?? ['curve'];
  return `${bench}.${words.join('-')}.svg`;
}

/** The results of these benchmarks, as far as there are any. */
export function readResults(folder: string, names: readonly string[]): readonly Result[] {
  return names
    .map((name) => join(folder, `${name}.json`))
    .filter((file) => existsSync(file))
    .map((file) => JSON.parse(readFileSync(file, 'utf8')) as Result);
}

/** The files are part of the project, and laid out as all of it is. */
export function layOut(project: string, folder: string): void {
  const biome = join(project, 'node_modules/.bin/biome');
  const { status, stderr } = spawnSync(biome, ['format', '--write', folder], {
    cwd: project,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`biome could not lay out ${folder}: ${stderr}`);
}
