import { intersectModule } from './intersect-module.ts';

/**
 * The memory of an index and the loop that runs over it. The layout, in bytes: the addresses of the rows of this match,
 * then the bits of the conjunctions, then the rows. For the loop with vectors, every row is a whole number of 64-byte
 * blocks.
 */
export interface IndexMemory {
  readonly words: Int32Array;
  /** Takes the rows at the first `count` addresses from the bits; `count` is a whole number of `rowsAtATime`. */
  readonly intersect: (count: number) => void;
}

export interface MemoryLayout {
  /** Addresses that a match writes. */
  readonly addresses: number;
  /** 32-bit words of a row, blocks filled up. */
  readonly rowWords: number;
  readonly vectors: boolean;
}

/** The addresses are read in groups of this size. */
export const rowsAtATime = 4;
const blockWords = 16;
/** Rows of so many words are intersected as quickly without vectors. */
const fewWords = 4;
/** Words that the plain loop looks at before it asks whether anything is left. */
const plainBlockWords = 64;
const pageBytes = 64 * 1024;

/** What this file needs of WebAssembly; some places forbid it, and then there is none. */
interface WebAssemblyHost {
  readonly Memory: new (size: { readonly initial: number }) => { readonly buffer: ArrayBuffer };
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (
    module: object,
    imports: Readonly<Record<string, Readonly<Record<string, object>>>>,
  ) => { readonly exports: Readonly<Record<string, unknown>> };
}
declare const WebAssembly: WebAssemblyHost | undefined;

export interface MemoryOptions {
  /** Whether to run the loop with vectors, where they are allowed. When absent: only for rows that are worth it. */
  readonly vectors?: boolean;
}

export function usesVectors(words: number, { vectors = words > fewWords }: MemoryOptions): boolean {
  return vectors;
}

export function layoutFor(axes: number, words: number, options: MemoryOptions): MemoryLayout {
  const vectors = usesVectors(words, options);
  const rowWords = vectors ? roundUp(words, blockWords) : words;
  return { addresses: roundUp(axes, rowsAtATime), rowWords: Math.max(1, rowWords), vectors };
}

/** Address of the bits, in words. */
export function bitsAt({ addresses }: MemoryLayout): number {
  return roundUp(addresses, blockWords);
}

/** Address of the first row, in words. */
export function rowsAt(layout: MemoryLayout): number {
  return bitsAt(layout) + layout.rowWords;
}

export function openIndexMemory(layout: MemoryLayout, rows: Int32Array): IndexMemory {
  const bytes = (rowsAt(layout) + rows.length) * 4;
  const memory = (layout.vectors ? openVectors(layout, bytes) : undefined) ?? openPlain(layout, bytes);
  memory.words.set(rows, rowsAt(layout));
  return memory;
}

function openVectors(layout: MemoryLayout, bytes: number): IndexMemory | undefined {
  if (typeof WebAssembly === 'undefined') return undefined;
  try {
    const memory = new WebAssembly.Memory({ initial: Math.ceil(bytes / pageBytes) });
    const module = new WebAssembly.Module(intersectModule());
    const { exports } = new WebAssembly.Instance(module, { index: { memory } });
    const intersect = exports.intersect as (end: number, bits: number, bytes: number) => void;
    const bits = bitsAt(layout) * 4;
    const rowBytes = layout.rowWords * 4;
    return {
      words: new Int32Array(memory.buffer),
      intersect: (count) => intersect(count * 4, bits, rowBytes),
    };
  } catch {
    // A processor without vectors, or a page that forbids WebAssembly: the plain loop gives the same answers.
    return undefined;
  }
}

function openPlain(layout: MemoryLayout, bytes: number): IndexMemory {
  const words = new Int32Array(Math.ceil(bytes / 4));
  return { words, intersect: (count) => intersectPlainly(words, layout, count) };
}

/** The same loop without vectors. */
export function intersectPlainly(words: Int32Array, layout: MemoryLayout, count: number): void {
  const bits = bitsAt(layout);
  for (let from = 0; from < layout.rowWords; from += plainBlockWords) {
    const to = Math.min(from + plainBlockWords, layout.rowWords);
    for (let at = 0; at < count; at += 1) {
      const row = (words[at] as number) >>> 2;
      let left = 0;
      for (let word = from; word < to; word += 1) {
        const rest = (words[bits + word] as number) & (words[row + word] as number);
        words[bits + word] = rest;
        left |= rest;
      }
      if (left === 0) break;
    }
  }
}

function roundUp(value: number, step: number): number {
  return Math.ceil(value / step) * step;
}
