import type { Curve, Measure, Ratio } from './figures.ts';
import { growthOf, toleranceAtDoubling } from './growth.ts';
import { numberText } from './number-text.ts';
import { isMet } from './target.ts';

/** Rows of Markdown; the first column to the left, figures to the right. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  const line = (cells: readonly string[]) => `| ${cells.map(cell).join(' | ')} |`;
  const rule = `|${head.map((_, column) => (column === 0 ? '---|' : '--:|')).join('')}`;
  return [line(head), rule, ...rows.map(line)];
}

/** Text that may stand in a cell. */
function cell(words: string): string {
  return words.replaceAll('|', '\\|').replaceAll(/\s*\n\s*/g, ' ');
}

/** A column that has nothing in any row is left out. */
export function measureTable(measures: readonly Measure[], sides = ['ours', 'baseline']): readonly string[] {
  const head = ['measure', ...sides, 'ratio', '80 % of the pairs', 'pairs', 'target'];
  const rows = measures.map((measure) => [
    measure.name,
    withUnit(measure.ours, measure.unit),
    measure.theirs === undefined ? '' : withUnit(measure.theirs, measure.unit),
    ...ratioCells(measure.ratio),
    targetText(measure),
  ]);
  const used = head.map((_, column) => rows.some((row) => row[column] !== ''));
  const kept = (row: readonly string[]) => row.filter((_, column) => used[column]);
  return table(kept(head), rows.map(kept));
}

function ratioCells(ratio: Ratio | undefined): readonly string[] {
  if (ratio === undefined) return ['', '', ''];
  const { median, low, high, pairs } = ratio;
  return [numberText(median), pairs === 1 ? '' : `${numberText(low)} .. ${numberText(high)}`, String(pairs)];
}

function withUnit(value: number, unit: string): string {
  if (unit.startsWith('1/')) return `${numberText(value)}${unit.slice(1)}`;
  return unit === '' ? numberText(value) : `${numberText(value)} ${unit}`;
}

export function targetText(measure: Measure): string {
  const { target } = measure;
  if (target === undefined) return '';
  const asked = 'least' in target ? `at least ${target.least}` : `at most ${target.most}`;
  return `${asked}: ${isMet(measure) ? 'met' : '**missed**'}`;
}

/** How a cost grows, in words. */
export function growthText(curve: Curve): string {
  const growth = growthOf(curve);
  if (growth === undefined) return 'too few points to tell how it grows';
  const { perDoubling, reference, isFaster } = growth;
  const figures = `${factor(perDoubling)} at each doubling over the upper half, n log n ${factor(reference)}`;
  if (isFaster) return `grows **faster than n log n**: ${figures}`;
  const beyond = perDoubling > reference ? `, within the tolerance of ${factor(toleranceAtDoubling)}` : '';
  return `does not grow faster than n log n: ${figures}${beyond}`;
}

function factor(value: number): string {
  return `${value.toFixed(2)}x`;
}
