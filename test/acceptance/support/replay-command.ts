import { expect } from 'vitest';
import { type Place, projectFolder } from './place.ts';
import type { Ended, Environment } from './program.ts';

/** What the tests read of the output of `replay --json`. */
export interface ReplaySummary {
  readonly complete: boolean;
  readonly rows: number;
  readonly events: number;
  readonly eventsSent: number;
  readonly rejected: number;
  readonly duplicates: number;
  readonly decisionsByAction: Readonly<Record<string, number>>;
  readonly digest: string;
  readonly customers: number;
}

export function replayArguments(file: string, rules: string): readonly string[] {
  const map = `${projectFolder}/bench/maps/starbucks.yaml`;
  return ['replay', file, '--map', map, '--rules', rules, '--json'];
}

export function summaryOf({ code, signal, stdout, stderr }: Ended): ReplaySummary {
  expect(code ?? signal, stderr).toBe(0);
  return JSON.parse(stdout) as ReplaySummary;
}

/** The digest of an uninterrupted run, in memory. */
export async function undisturbed(
  place: Place,
  args: readonly string[],
  env: Environment,
): Promise<ReplaySummary> {
  return summaryOf(await place.run([...args, '--memory'], env));
}
