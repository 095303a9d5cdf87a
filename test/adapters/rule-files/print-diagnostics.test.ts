import { expect, test } from 'vitest';
import {
  diagnosticsToJson,
  printDiagnostics,
  wantsColor,
} from '../../../adapters/rule-files/print-diagnostics.ts';
import type { Diagnostic } from '../../../engine/index.ts';

const finding: Diagnostic = {
  code: 'NBR_UNKNOWN_CHANNEL',
  severity: 'error',
  file: 'actions/x.yaml',
  line: 3,
  column: 12,
  message: 'channel: expected one of web, email, found "wob".',
  hint: 'Did you mean web?',
};
const texts = new Map([['actions/x.yaml', 'action: x\r\ngroup: g\r\n  channel: wob # no\r\n']]);

test('shows place, code, message, the source line with a caret, and the hint', () => {
  expect(printDiagnostics([finding], { folder: 'rules', texts, color: false })).toBe(
    [
      'rules/actions/x.yaml:3:12 error NBR_UNKNOWN_CHANNEL: channel: expected one of web, email, found "wob".',
      '      channel: wob # no',
      '               ^',
      '    hint: Did you mean web?',
      '',
      '1 error, 0 warnings',
      '',
    ].join('\n'),
  );
});

test('counts errors and warnings, and says nothing about nothing', () => {
  const warning: Diagnostic = { ...finding, severity: 'warning', line: 99 };
  expect(printDiagnostics([finding, warning, warning], { texts, color: false })).toMatch(
    /\n1 error, 2 warnings\n$/,
  );
  expect(printDiagnostics([], { color: true })).toBe('');
});

test('shows a long line around the place that matters', () => {
  const long = new Map([['actions/x.yaml', `a\nb\n${'x'.repeat(500)}Y${'z'.repeat(500)}`]]);
  const printed = printDiagnostics([{ ...finding, column: 501 }], { texts: long, color: false }).split('\n');
  expect(printed[1]?.length).toBeLessThan(120);
  expect(printed[1]?.[printed[2]?.indexOf('^') ?? 0]).toBe('Y');
});

test('lets no control character of a file reach the terminal', () => {
  const evil = new Map([['actions/x.yaml', 'a\nb\n\tx: \u001b[2J\u202e\u0007']]);
  const printed = printDiagnostics([{ ...finding, message: 'found\n"\u001b[31m"' }], {
    texts: evil,
    color: false,
  });
  for (const control of ['\u001b', '\u0007', '\u202e', '\t']) expect(printed).not.toContain(control);
});

test('colours only where colours are wanted', () => {
  expect(printDiagnostics([finding], { texts, color: true })).toContain('\u001b[31merror\u001b[0m');
  expect(wantsColor({ isTTY: true }, {})).toBe(true);
  expect(wantsColor({ isTTY: true }, { NO_COLOR: '1' })).toBe(false);
  expect(wantsColor({ isTTY: true }, { TERM: 'dumb' })).toBe(false);
  expect(wantsColor({}, {})).toBe(false);
});

test('gives programs JSON with the same places', () => {
  const [shown] = JSON.parse(diagnosticsToJson([finding], { folder: 'rules/' })) as Diagnostic[];
  expect(shown).toEqual({ ...finding, file: 'rules/actions/x.yaml' });
});
