import type { Curve } from './figures.ts';
import { drawable, nLogN } from './growth.ts';
import { numberText } from './number-text.ts';

type Point = Curve['points'][number];

const size = { width: 560, height: 360 };
const frame = { left: 76, right: 20, top: 44, bottom: 56 };

/** The picture brings its background along, so that it can be read on any page, whatever the page's own colours are. */
const style = `
.ground{fill:#fff}.text{fill:#333;font:12px system-ui,sans-serif}.title{font-size:14px;font-weight:600}
.grid{stroke:#ddd}.curve{stroke:#1f6fc5}.dot{fill:#1f6fc5}.reference{stroke:#b35c00}.note{fill:#b35c00}
@media (prefers-color-scheme:dark){.ground{fill:#14181d}.text{fill:#ccd3da}.grid{stroke:#333b44}
.curve{stroke:#6cb2ff}.dot{fill:#6cb2ff}.reference{stroke:#f0a04b}.note{fill:#f0a04b}}`;

/** A cost curve on logarithmic scales, beside n log n through its first point. Undefined with fewer than two points. */
export function curveSvg(curve: Curve): string | undefined {
  const points = drawable(curve.points);
  const [first] = points;
  if (first === undefined || points.length < 2) return undefined;
  const reference = referenceThrough(first, points);
  const place = placeOf([...points, ...reference]);
  const parts = [
    `<rect class="ground" width="${size.width}" height="${size.height}" rx="6"/>`,
    text(curve.name, { x: size.width / 2, y: 24, as: 'text title' }),
    ...gridLines(place),
    ...axisNames(curve),
    line(reference, place, 'reference" stroke-dasharray="6 5'),
    line(points, place, 'curve'),
    ...points.map((point) => dot(point, place)),
    ...legend(),
  ];
  const box = `width="${size.width}" height="${size.height}" viewBox="0 0 ${size.width} ${size.height}"`;
  const title = `<title>${escaped(curve.name)}</title>`;
  return `<svg xmlns="http://www.w3.org/2000/svg" ${box} role="img">\n${title}\n<style>${style}\n</style>\n${parts.join('\n')}\n</svg>\n`;
}

/** Enough points between that its bend shows. */
function referenceThrough(first: Point, points: readonly Point[]): readonly Point[] {
  const last = points.at(-1) as Point;
  const steps = 32;
  return Array.from({ length: steps + 1 }, (_, step) => {
    const x = first.x * (last.x / first.x) ** (step / steps);
    return { x, y: (first.y * nLogN(x)) / nLogN(first.x) };
  });
}

interface Axis {
  readonly at: (value: number) => number;
  readonly ticks: readonly number[];
}

interface Place {
  readonly x: Axis;
  readonly y: Axis;
}

function placeOf(points: readonly Point[]): Place {
  const xs = points.map(({ x }) => x);
  const ys = points.map(({ y }) => y);
  return {
    x: axisOver(xs, { from: frame.left, to: size.width - frame.right }),
    y: axisOver(ys, { from: size.height - frame.bottom, to: frame.top }),
  };
}

/** Where in a decade there are ticks: the fewer decades, the more. */
function marksOver(decades: number): readonly number[] {
  if (decades > 2.2) return [1];
  return decades > 0.8 ? [1, 2, 5] : [1, 1.5, 2, 3, 4, 5, 7];
}

/** A little air at both ends. */
function axisOver(
  values: readonly number[],
  { from, to }: { readonly from: number; readonly to: number },
): Axis {
  const low = Math.log10(Math.min(...values));
  const high = Math.log10(Math.max(...values));
  const air = Math.max(0.04 * (high - low), 0.02);
  const span = high - low + 2 * air;
  const marks = marksOver(high - low);
  const decades = Math.ceil(high + air) - Math.floor(low - air) + 1;
  const ticks = Array.from({ length: decades }, (_, index) => 10 ** (Math.floor(low - air) + index))
    .flatMap((decade) => marks.map((mark) => mark * decade))
    .filter((tick) => Math.log10(tick) >= low - air && Math.log10(tick) <= high + air);
  return { at: (value) => from + ((Math.log10(value) - low + air) / span) * (to - from), ticks };
}

function gridLines({ x, y }: Place): readonly string[] {
  const bottom = size.height - frame.bottom;
  const right = size.width - frame.right;
  return [
    ...x.ticks.flatMap((tick) => [
      `<path class="grid" d="M${px(x.at(tick))} ${frame.top}V${bottom}"/>`,
      text(numberText(tick), { x: x.at(tick), y: bottom + 18 }),
    ]),
    ...y.ticks.flatMap((tick) => [
      `<path class="grid" d="M${frame.left} ${px(y.at(tick))}H${right}"/>`,
      text(numberText(tick), { x: frame.left - 8, y: y.at(tick) + 4, anchor: 'end' }),
    ]),
  ];
}

function axisNames({ x, y }: Curve): readonly string[] {
  const middle = (frame.top + size.height - frame.bottom) / 2;
  return [
    text(x, { x: (frame.left + size.width - frame.right) / 2, y: size.height - 14 }),
    text(y, { x: 0, y: 0, turned: `translate(18 ${middle}) rotate(-90)` }),
  ];
}

function legend(): readonly string[] {
  const x = frame.left + 12;
  return [
    `<path class="reference" stroke-width="2" stroke-dasharray="6 5" d="M${x} ${frame.top + 14}h26"/>`,
    text('n log n', { x: x + 34, y: frame.top + 18, anchor: 'start', as: 'text note' }),
  ];
}

function line(points: readonly Point[], { x, y }: Place, as: string): string {
  const path = points.map((point) => `${px(x.at(point.x))} ${px(y.at(point.y))}`).join('L');
  return `<path class="${as}" fill="none" stroke-width="2" d="M${path}"/>`;
}

function dot(point: Point, { x, y }: Place): string {
  const words = escaped(`${numberText(point.x)}: ${numberText(point.y)}`);
  return `<circle class="dot" cx="${px(x.at(point.x))}" cy="${px(y.at(point.y))}" r="3.5"><title>${words}</title></circle>`;
}

interface Where {
  readonly x: number;
  readonly y: number;
  readonly anchor?: 'start' | 'middle' | 'end';
  readonly as?: string;
  readonly turned?: string;
}

function text(words: string, { x, y, anchor = 'middle', as = 'text', turned }: Where): string {
  const turn = turned === undefined ? '' : ` transform="${turned}"`;
  return `<text class="${as}" x="${px(x)}" y="${px(y)}" text-anchor="${anchor}"${turn}>${escaped(words)}</text>`;
}

function px(value: number): string {
  return String(Number(value.toFixed(1)));
}

function escaped(words: string): string {
  return words.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
