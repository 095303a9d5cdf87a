import { describe, expect, it } from 'vitest';
import { curveSvg } from '../../../bench/report/curve-svg.ts';
import { nLogN } from '../../../bench/report/growth.ts';
import { curveOf } from './sample-figures.ts';

/** The ends of each line that is drawn with this class, in pixels. */
function linesOf(svg: string, name: string): readonly (readonly { x: number; y: number }[])[] {
  return [...svg.matchAll(new RegExp(`<path class="${name}"[^>]* d="M([\\d. L-]+)"`, 'g'))].map(([, path]) =>
    String(path)
      .split('L')
      .map((point) => {
        const [x = Number.NaN, y = Number.NaN] = point.split(' ').map(Number);
        return { x, y };
      }),
  );
}

describe('the picture of a curve', () => {
  it('shows the name, both axes with their units, and the line of n log n', () => {
    const svg = curveSvg(curveOf('a & b', (x) => x)) ?? '';
    for (const words of ['a &amp; b', '>numbers<', '>time (us)<', '>n log n<', '>1,000<']) {
      expect(svg).toContain(words);
    }
    expect(svg.match(/<circle /g)).toHaveLength(4);
  });

  it('lays what costs n log n on the line of n log n', () => {
    const svg = curveSvg(curveOf('c', (x) => 5 * nLogN(x))) ?? '';
    const [curve] = linesOf(svg, 'curve');
    const [reference] = linesOf(svg, 'reference');
    expect(reference?.at(0)).toEqual(curve?.at(0));
    expect(reference?.at(-1)).toEqual(curve?.at(-1));
  });

  it('spaces powers evenly on both axes', () => {
    const [[first, second, third] = []] = linesOf(
      curveSvg(curveOf('c', (x) => x, [10, 100, 1_000])) ?? '',
      'curve',
    );
    expect((third?.x ?? 0) - (second?.x ?? 0)).toBeCloseTo((second?.x ?? 0) - (first?.x ?? 0), 0);
    expect((third?.y ?? 0) - (second?.y ?? 0)).toBeCloseTo((second?.y ?? 0) - (first?.y ?? 0), 0);
  });

  it('keeps everything within the picture, ever so flat or steep', () => {
    for (const cost of [() => 3, (x: number) => x ** 3, (x: number) => 1 / x]) {
      const svg = curveSvg(curveOf('c', cost, [1, 2, 4, 8])) ?? '';
      expect(svg).not.toContain('NaN');
      for (const { x, y } of [...linesOf(svg, 'curve'), ...linesOf(svg, 'reference')].flat()) {
        expect(x).toBeGreaterThan(0);
        expect(x).toBeLessThan(560);
        expect(y).toBeGreaterThan(0);
        expect(y).toBeLessThan(360);
      }
    }
  });

  it('is not drawn of a single point', () => {
    expect(curveSvg(curveOf('c', (x) => x, [10]))).toBeUndefined();
  });
});
