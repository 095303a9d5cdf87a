/** The cells of a line whose columns are parted by any amount of white space. */
export function splitWhitespace(line: string): readonly string[] {
  return line.trim().split(/\s+/);
}
