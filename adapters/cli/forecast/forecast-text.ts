import { printable } from '../../rule-files/print-diagnostics.ts';
import { renderTable } from '../support/table.ts';
import type { ForecastDocument } from './forecast-document.ts';
import { headline, type Section, sectionsOf } from './forecast-sections.ts';

export function forecastText(document: ForecastDocument): string {
  const parts = sectionsOf(document).map((section) => `${section.title}\n\n${bodyOf(section)}`);
  return `${[headline(document), ...parts].join('\n\n')}\n`;
}

function bodyOf(section: Section): string {
  if ('lines' in section) return section.lines.join('\n');
  return renderTable(
    section.header,
    section.rows.map((row) => row.map(printable)),
  );
}

/** For a pull request. */
export function forecastMarkdown(document: ForecastDocument): string {
  const parts = sectionsOf(document).map((section) => `### ${section.title}\n\n${markdownOf(section)}`);
  return `${['## Forecast', headline(document), ...parts].join('\n\n')}\n`;
}

function markdownOf(section: Section): string {
  if ('lines' in section) return section.lines.map((line) => `- ${escaped(line)}`).join('\n');
  const row = (cells: readonly string[]) => `| ${cells.map(escaped).join(' | ')} |`;
  return [row(section.header), row(section.header.map(() => '---')), ...section.rows.map(row)].join('\n');
}

/** Text of a rule file must not become markup of the page it is shown on. */
function escaped(text: string): string {
  return text === '---' ? text : printable(text).replace(/[\\*_[\]<>#|~`]/g, '\\$&');
}
