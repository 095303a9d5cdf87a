import { markdownOf, textOf } from '../support/sections.ts';
import type { ForecastDocument } from './forecast-document.ts';
import { headline, sectionsOf } from './forecast-sections.ts';

export function forecastText(document: ForecastDocument): string {
  const parts = sectionsOf(document).map((section) => `${section.title}\n\n${textOf(section)}`);
  return `${[headline(document), ...parts].join('\n\n')}\n`;
}

/** For a pull request. */
export function forecastMarkdown(document: ForecastDocument): string {
  const parts = sectionsOf(document).map((section) => `### ${section.title}\n\n${markdownOf(section)}`);
  return `${['## Forecast', headline(document), ...parts].join('\n\n')}\n`;
}
