import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openLibraries } from '../../adapters/wiring/libraries.ts';
import { casesFolder, readCaseFiles } from './case-files.ts';
import type { CaseFile, DecisionCase } from './case-format.ts';
import { checkMust } from './check-must.ts';
import { printJson } from './print-json.ts';
import { type CaseRun, openCases } from './run-case.ts';

/**
 * `npx tsx test/cases/write.ts [--all]` writes the expectations that are left out, with `--all` every one. A file in which
 * what is stated by hand does not hold for a case stays as it was: an engine that is wrong writes no excuse.
 */
const isAll = process.argv.includes('--all');
let faults = 0;

for (const [name, file] of readCaseFiles()) {
  const written = expectationsOf(name, file);
  if (written) writeFileSync(join(casesFolder, name), `${printJson(written)}\n`);
}
process.exitCode = faults === 0 ? 0 : 1;

function expectationsOf(name: string, file: CaseFile): CaseFile | undefined {
  const run = openCases(file, openLibraries());
  const before = faults;
  const cases = file.cases.map((one): DecisionCase => {
    const told = faultsOf(run, one);
    if (Array.isArray(told)) {
      faults += 1;
      for (const fault of told) console.error(`${name}: ${one.name}: ${fault}`);
      return one;
    }
    const { answer } = told as CaseRun;
    return one.expect && !isAll ? one : { ...one, expect: answer };
  });
  return faults === before ? { ...file, cases } : undefined;
}

function faultsOf(run: (one: DecisionCase) => CaseRun, one: DecisionCase): CaseRun | readonly string[] {
  try {
    const done = run(one);
    const faultsFound = checkMust(one.must, done.answer);
    return faultsFound.length > 0 ? faultsFound : done;
  } catch (error) {
    return [String(error)];
  }
}
