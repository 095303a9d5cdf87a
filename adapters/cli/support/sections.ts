import { printable } from '../../rule-files/print-diagnostics.ts';
import { renderTable } from './table.ts';

/** A part of a report: what a table shows, or plain sentences. */
export type Section =
  | {
      readonly title: string;
      readonly header: readonly string[];
      readonly rows: readonly (readonly string[])[];
    }
  | { readonly title: string; readonly lines: readonly string[] };

/** What stands below the title, for a terminal. */
export function textOf(section: Section): string {
  if ('lines' in section) return section.lines.join('\n');
  return renderTable(
    section.header,
    section.rows.map((row) => row.map(printable)),
  );
}

/** The same for a pull request or an e-mail. */
export function markdownOf(section: Section): string {
  if ('lines' in section) return section.lines.map((line) => `- ${escaped(line)}`).join('\n');
  const row = (cells: readonly string[]) => `| ${cells.map(escaped).join(' | ')} |`;
  return [row(section.header), row(section.header.map(() => '---')), ...section.rows.map(row)].join('\n');
}

/** Text of a rule file must not become markup of the page it is shown on. */
export function escaped(text: string): string {
  return text === '---' ? text : printable(text).replace(/[\\*_[\]<>#|~`]/g, '\\$&');
}
