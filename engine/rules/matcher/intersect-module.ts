/**
 * The innermost loop of a match as a WebAssembly module: 512 bits of every row are intersected at a time, in four vector
 * registers. It does what `intersectPlainly` does, and is an order of magnitude faster. The memory is the index's own.
 *
 *     (func (export "intersect") (param $end i32) (param $bits i32) (param $bytes i32)
 *       for $w from 0 below $bytes, by 64
 *         a, b, c, d = 64 bytes at $bits + $w
 *         for $k from 0 below $end, by 16, while any of a, b, c, d is not zero
 *           for each of the four row addresses at $k:  a, b, c, d &= 64 bytes at address + $w
 *         store a, b, c, d at $bits + $w)
 */
export function intersectModule(): Uint8Array {
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    // One type: three i32 in, nothing out.
    ...section(1, [1, 0x60, 3, i32, i32, i32, 0]),
    // The memory comes from outside: "index" "memory", at least one page.
    ...section(2, [1, ...name('index'), ...name('memory'), 0x02, 0x00, 1]),
    ...section(3, [1, 0]),
    ...section(7, [1, ...name('intersect'), 0x00, 0]),
    ...section(10, [1, ...sized([2, 3, i32, 4, v128, ...code(), 0x0b])]),
  ]);
}

const i32 = 0x7f;
const v128 = 0x7b;

// Parameters and locals by their number.
const end = 0;
const bits = 1;
const bytes = 2;
const w = 3;
const k = 4;
const address = 5;
const lanes = [6, 7, 8, 9] as const;

const get = (local: number) => [0x20, local];
const set = (local: number) => [0x21, local];
const constant = (value: number) => [0x41, ...signed(value)];
const add = [0x6a];
const isBelow = [0x49];
const isZero = [0x45];
const loop = [0x03, 0x40];
const block = [0x02, 0x40];
const endOf = [0x0b];
const branchIf = (depth: number) => [0x0d, depth];
const loadAddress = (offset: number) => [0x28, 2, offset];
const vector = (operation: number) => [0xfd, operation];
const load = (offset: number) => [...vector(0x00), 4, offset];
const store = (offset: number) => [...vector(0x0b), 4, offset];
const and = vector(0x4e);
const or = vector(0x50);
const anyTrue = vector(0x53);

const rowsAtATime = 4;
const blockBytes = 64;

function code(): readonly number[] {
  return [
    ...loop,
    ...get(bits),
    ...get(w),
    ...add,
    ...set(address),
    ...lanes.flatMap((lane, index) => [...get(address), ...load(index * 16), ...set(lane)]),
    ...block,
    ...nothingLeft(),
    ...branchIf(0),
    ...constant(0),
    ...set(k),
    ...loop,
    ...Array.from({ length: rowsAtATime }, (_, index) => intersectRow(index * 4)).flat(),
    ...nothingLeft(),
    ...branchIf(1),
    ...get(k),
    ...constant(rowsAtATime * 4),
    ...add,
    ...set(k),
    ...get(k),
    ...get(end),
    ...isBelow,
    ...branchIf(0),
    ...endOf,
    ...endOf,
    ...get(bits),
    ...get(w),
    ...add,
    ...set(address),
    ...lanes.flatMap((lane, index) => [...get(address), ...get(lane), ...store(index * 16)]),
    ...get(w),
    ...constant(blockBytes),
    ...add,
    ...set(w),
    ...get(w),
    ...get(bytes),
    ...isBelow,
    ...branchIf(0),
    ...endOf,
  ];
}

function intersectRow(offset: number): readonly number[] {
  return [
    ...get(k),
    ...loadAddress(offset),
    ...get(w),
    ...add,
    ...set(address),
    ...lanes.flatMap((lane, index) => [
      ...get(lane),
      ...get(address),
      ...load(index * 16),
      ...and,
      ...set(lane),
    ]),
  ];
}

function nothingLeft(): readonly number[] {
  const [a, b, c, d] = lanes;
  return [...get(a), ...get(b), ...or, ...get(c), ...or, ...get(d), ...or, ...anyTrue, ...isZero];
}

function section(id: number, content: readonly number[]): readonly number[] {
  return [id, ...sized(content)];
}

function sized(content: readonly number[]): readonly number[] {
  return [...unsigned(content.length), ...content];
}

function name(text: string): readonly number[] {
  return sized(Array.from(text, (letter) => letter.charCodeAt(0)));
}

/** LEB128, as WebAssembly writes its numbers. */
function unsigned(value: number): readonly number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...unsigned(value >> 7)];
}

function signed(value: number): readonly number[] {
  return value < 0x40 ? [value] : [(value & 0x7f) | 0x80, ...signed(value >> 7)];
}
