import { compileTemplate } from '../../adapters/liquid/compile-template.ts';
import { compilePattern } from '../../adapters/re2/compile-pattern.ts';
import { openTimeZones } from '../../adapters/time-zones/time-zones.ts';
import { canonicalJson } from '../../engine/index.ts';
import type { Libraries } from '../../engine/ports.ts';
import type { CaseFile } from '../cases/case-format.ts';
import { openCases } from '../cases/run-case.ts';
import { elementaryBits } from '../support/elementary-bits.ts';
import { sha256 } from './sha256.ts';

/** What the page has to say of one case. */
export interface PageRun {
  readonly name: string;
  /** The answer, as the case expects it. */
  readonly answer: string;
  /** The whole decision. */
  readonly bytes: string;
}

/** The engine in a page, with the libraries that it is handed in Node. */
export function runFile(file: CaseFile): readonly PageRun[] {
  const run = openCases(file, librariesOfPage());
  return file.cases.map((one) => {
    const { answer, bytes } = run(one);
    return { name: one.name, answer: canonicalJson(answer), bytes };
  });
}

export { elementaryBits };

export function hashOf(text: string): string {
  return sha256(text);
}

function librariesOfPage(): Libraries {
  return { compileTemplate, compilePattern, timeZones: openTimeZones(), sha256 };
}
