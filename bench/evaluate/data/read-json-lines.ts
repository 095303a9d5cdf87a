import { DataFault } from './data-fault.ts';
import { readText } from './find-file.ts';

/** One JSON object a line of a file of the folder; empty lines are skipped. */
export function readJsonLines<Line>(folder: string, name: string): readonly Line[] {
  return readText(folder, name)
    .split('\n')
    .flatMap((line, index) => (line.trim() === '' ? [] : [parsed<Line>(line, `${name}:${index + 1}`)]));
}

function parsed<Line>(line: string, place: string): Line {
  try {
    return JSON.parse(line) as Line;
  } catch {
    throw new DataFault(`${place} line: found ${line.slice(0, 80)}, expected JSON`);
  }
}
