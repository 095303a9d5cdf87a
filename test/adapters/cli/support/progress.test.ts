import { expect, test } from 'vitest';
import { startProgress } from '../../../../adapters/cli/support/progress.ts';
import { grouped, renderTable } from '../../../../adapters/cli/support/table.ts';

function stream(isTTY: boolean) {
  const written: string[] = [];
  return { isTTY, columns: 60, written, write: (text: string) => written.push(text) };
}

test('draws one line over and over on a terminal, never wider than it', () => {
  const terminal = stream(true);
  const progress = startProgress(terminal, 'replay');
  progress.update(0.5, '10 events');
  progress.update(0.5, '10 events');
  progress.finish(`20 events ${'x'.repeat(80)}`);
  expect(terminal.written).toHaveLength(3);
  expect(terminal.written[0]).toBe('\r\u001b[2Kreplay [############............]  50 % 10 events');
  expect(terminal.written.join('').split('\n')).toHaveLength(2);
  expect(terminal.written[1]?.length).toBeLessThanOrEqual(60 + 4);
});

test('prints a line for every tenth elsewhere', () => {
  const pipe = stream(false);
  const progress = startProgress(pipe, 'replay');
  for (let percent = 0; percent <= 100; percent += 1) progress.update(percent / 100, `${percent}`);
  progress.finish('done');
  expect(pipe.written).toHaveLength(10);
  expect(pipe.written[0]).toBe('replay  10 % 10\n');
  expect(pipe.written.at(-1)).toBe('replay 100 % done\n');
});

test('aligns tables and groups digits', () => {
  expect(grouped(1_234_567)).toBe('1,234,567');
  expect(grouped(-999)).toBe('-999');
  expect(
    renderTable(
      ['Action', 'Shown'],
      [
        ['a', '1'],
        ['long-name', '1,000'],
      ],
    ),
  ).toBe(['Action     Shown', 'a              1', 'long-name  1,000'].join('\n'));
});
