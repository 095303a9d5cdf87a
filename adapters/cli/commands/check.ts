import { parseArgs } from 'node:util';
import { type Diagnostic, type RulebookTestResult, runRulebookTests } from '../../../engine/index.ts';
import { compileTemplate } from '../../liquid/compile-template.ts';
import { loadRulebook } from '../../rule-files/load-rulebook.ts';
import { printDiagnostics, wantsColor } from '../../rule-files/print-diagnostics.ts';
import { readConfig } from '../../system/config.ts';
import type { Command } from '../command.ts';

export const check: Command = {
  name: 'check',
  summary: 'validates a rulebook and runs the tests inside it',
  usage: `nextbest check [FOLDER] [--json]

Reads the rule files of FOLDER (NEXTBEST_RULES when left out), reports everything that is wrong with file, line and
column, and runs their tests. Exit code 0 when all is well, 1 when it is not.`,
  run: async (args) => {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { json: { type: 'boolean', default: false } },
    });
    const folder = positionals[0] ?? readConfig(process.env).rules;
    const {
      rulebook,
      diagnostics,
      folder: read,
    } = await loadRulebook({ folder, libraries: { compileTemplate } });
    const results = rulebook ? runRulebookTests(rulebook, Date.now()) : [];
    const failed = results.filter(({ failures }) => failures.length > 0);
    if (values.json)
      process.stdout.write(`${JSON.stringify(jsonOf(folder, diagnostics, results), undefined, 2)}\n`);
    else {
      const color = wantsColor(process.stdout, process.env);
      process.stdout.write(printDiagnostics(diagnostics, { folder, texts: read.texts, color }));
      process.stdout.write(textOf(folder, rulebook?.version, results));
    }
    return rulebook && failed.length === 0 ? 0 : 1;
  },
};

function jsonOf(folder: string, diagnostics: readonly Diagnostic[], results: readonly RulebookTestResult[]) {
  return {
    folder,
    diagnostics,
    tests: results.map(({ test, failures }) => ({
      name: test.name,
      file: test.file,
      line: test.line,
      passed: failures.length === 0,
      failures,
    })),
  };
}

function textOf(folder: string, version: string | undefined, results: readonly RulebookTestResult[]): string {
  if (version === undefined) return `${folder} is not a valid rulebook; it would not be put into force.\n`;
  const failed = results.filter(({ failures }) => failures.length > 0);
  const lines = failed.flatMap(({ test, failures }) => [
    `${folder}/${test.file}:${test.line} test failed: ${test.name}`,
    ...failures.map((failure) => `    ${failure}`),
  ]);
  const passed = results.length - failed.length;
  lines.push(`Rulebook ${version}: valid, ${passed} of ${results.length} tests passed.`);
  return `${lines.join('\n')}\n`;
}
