import { exp, expm1, log, log1p, pow, sigmoid } from '../../engine/statistics/elementary.ts';

/** The bits of all elementary functions at two thousand places each, one hexadecimal number a value. */
export function elementaryBits(): string {
  const view = new DataView(new ArrayBuffer(8));
  const bitsOf = (value: number) => {
    view.setFloat64(0, value);
    return view.getBigUint64(0).toString(16);
  };
  const told: string[] = [];
  for (let step = 1; step <= 2_000; step += 1) {
    const x = (step * 7_919 * 37) / 1_000_003;
    const values = [exp(x), exp(-x), expm1(x / 99), log(x), log1p(x / 99), sigmoid(x / 9), pow(x, x / 99)];
    told.push(...values.map(bitsOf));
  }
  return told.join();
}
