/** One JSON object a line; empty lines are skipped. */
export function readJsonLines<Line>(text: string): readonly Line[] {
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => JSON.parse(line) as Line);
}
