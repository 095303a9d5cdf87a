/** More physical lines than this in one record mean that a quote was never closed. */
export const recordLinesMax = 1_000;

/**
 * The cells of one record of separated values (RFC 4180), or `open` when it ends inside quotes and goes on in the next
 * line. A quote that does not begin a cell stands for itself, as in `2" nail`.
 */
export function splitDelimited(record: string, separator: string): readonly string[] | 'open' {
  const text = record.endsWith('\r') ? record.slice(0, -1) : record;
  if (!text.includes('"')) return text.split(separator);
  const cells: string[] = [];
  let at = 0;
  for (;;) {
    const cell = text[at] === '"' ? quotedCell(text, at) : plainCell(text, at, separator);
    if (cell === undefined) return 'open';
    const end = text.indexOf(separator, cell.end);
    // Anything between a closing quote and the separator is kept, so that nothing of the file is lost.
    cells.push(cell.text + text.slice(cell.end, end === -1 ? text.length : end));
    if (end === -1) return cells;
    at = end + 1;
  }
}

interface Cell {
  readonly text: string;
  readonly end: number;
}

function plainCell(text: string, start: number, separator: string): Cell {
  const end = text.indexOf(separator, start);
  return { text: text.slice(start, end === -1 ? text.length : end), end: end === -1 ? text.length : end };
}

function quotedCell(text: string, start: number): Cell | undefined {
  let from = start + 1;
  for (;;) {
    const quote = text.indexOf('"', from);
    if (quote === -1) return undefined;
    if (text[quote + 1] !== '"') {
      return { text: text.slice(start + 1, quote).replaceAll('""', '"'), end: quote + 1 };
    }
    from = quote + 2;
  }
}

/** Joins lines to records: a record goes on in the next line while a quote is open. */
export interface DelimitedRecords {
  /** Without its line feed; blank lines between records are passed over. */
  line(text: string, number: number): void;
  /** After the last line. */
  end(): void;
}

/** `take` gets the cells of every record with the line in which it begins, or `open` when a quote is never closed. */
export function openDelimited(
  separator: string,
  take: (cells: readonly string[] | 'open', line: number) => void,
): DelimitedRecords {
  let open: { readonly line: number; readonly lines: string[] } | undefined;
  return {
    line: (text, number) => {
      if (open === undefined && text.trim() === '') return;
      const begun = open ?? { line: number, lines: [] };
      begun.lines.push(text);
      // Without a quote in the new line, an open record cannot have ended in it.
      const isOpen = open !== undefined && !text.includes('"');
      const cells = isOpen ? 'open' : splitDelimited(begun.lines.join('\n'), separator);
      const isOver = cells !== 'open' || begun.lines.length >= recordLinesMax;
      open = isOver ? undefined : begun;
      if (isOver) take(cells, begun.line);
    },
    end: () => {
      if (open !== undefined) take('open', open.line);
      open = undefined;
    },
  };
}
