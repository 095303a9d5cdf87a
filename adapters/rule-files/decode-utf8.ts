/** Where the bytes stop being UTF-8, as a place in the text before it; line and column count from 1. */
export interface BadByte {
  readonly line: number;
  readonly column: number;
}

/** The text of a file without its byte order mark, or the place of the first byte that is not UTF-8. */
export function decodeUtf8(bytes: Uint8Array): { readonly text: string } | { readonly badByte: BadByte } {
  const text = decodePrefix(bytes, bytes.length, { complete: true });
  if (text !== undefined) return { text };
  const before = decodePrefix(bytes, longestValidPrefix(bytes), { complete: false }) ?? '';
  const lines = before.split(/\r\n|\r|\n/);
  return { badByte: { line: lines.length, column: (lines.at(-1) ?? '').length + 1 } };
}

/** Undefined when the bytes are not UTF-8. An incomplete last character is an error only in a complete text. */
function decodePrefix(bytes: Uint8Array, length: number, options: { complete: boolean }): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(0, length), {
      stream: !options.complete,
    });
  } catch {
    // The decoder tells that the bytes are wrong, not where; the caller looks for the place.
    return undefined;
  }
}

/** Bisection: once a prefix is wrong, every longer one is. */
function longestValidPrefix(bytes: Uint8Array): number {
  let valid = 0;
  let invalid = bytes.length + 1;
  while (invalid - valid > 1) {
    const middle = (valid + invalid) >>> 1;
    if (decodePrefix(bytes, middle, { complete: false }) === undefined) invalid = middle;
    else valid = middle;
  }
  return valid;
}
